// SPDX-License-Identifier: Apache-2.0
// Runs before the page is drawn, so that dark mode does not start with a flash of light.
try {
    const chosen = localStorage.getItem('boxcar.theme');
    if (chosen === 'dark' || chosen === 'light') {
        document.documentElement.dataset.theme = chosen;
    }
} catch {
    // without storage, the system's preference applies
}
