// SPDX-License-Identifier: Apache-2.0
// Runs before the page is drawn, so that nobody who chose dark sees a flash of light.
try {
    const chosen = localStorage.getItem('boxcar.theme');
    if (chosen === 'dark' || chosen === 'light') {
        document.documentElement.dataset.theme = chosen;
    }
} catch {
    // no storage: the system's preference it is
}
