// SPDX-License-Identifier: Apache-2.0
// Creates elements. Values from messages only become text or attributes, never markup.

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (name.startsWith('on')) {
            element.addEventListener(name.slice(2), value);
        } else if (value === true) {
            element.setAttribute(name, '');
        } else if (value !== false && value !== null && value !== undefined) {
            element.setAttribute(name, value);
        }
    }
    element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
    return element;
}

/** An HTML element. */
export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);

/** An SVG element. */
export const s = (tag, attributes, ...children) =>
    fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);

const PATHS = {
    back: 'M15 5l-7 7 7 7',
    edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
    trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
    unread: 'M3 7l9 6 9-6M3 6h18v13H3z',
    read: 'M3 10l9-6 9 6v9H3zM3 10l9 6 9-6',
    download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
    send: 'M4 12l16-8-6 16-3-7z',
    clip: 'M8 12l6-6a3.500 3.500 0 0 1 5 5l-8 8a5 5 0 0 1-7-7l7-7',
    help: 'M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18v.1',
    theme: 'M20 14A8.500 8.500 0 0 1 10 4a8.500 8.500 0 1 0 10 10z',
    keys: 'M3 6h18v12H3zM7 10h.1M11 10h.1M15 10h.1M7 14h10',
    close: 'M6 6l12 12M18 6L6 18',
    search: 'M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5',
    phone: 'M8 3h8v18H8zM11 18h2',
    tablet: 'M5 3h14v18H5zM11 18h2',
    full: 'M3 5h18v12H3zM9 21h6M12 17v4',
    tag: 'M3 12V4h8l10 10-7 7zM7.500 8.500h.1',
    bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
    retry: 'M20 11a8 8 0 1 0-2.300 6.300M20 4v7h-7',
    hold: 'M8 5v14M16 5v14',
    play: 'M8 5l11 7-11 7z',
    undo: 'M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6',
    code: 'M8 7l-5 5 5 5M16 7l5 5-5 5',
    checks: 'M2 13l4 4 8-9M10 15l2 2 9-10',
};

/** A decorative icon. */
export const icon = name => s('svg', {class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true'}, s('path', {d: PATHS[name]}));

/** A button with an icon. The label is its tooltip and its name for screen readers. */
export const iconButton = (name, label, onclick, more) =>
    h('button', {type: 'button', class: 'icon-button', title: label, 'aria-label': label, onclick, ...more}, icon(name));

/** 1536 as 1.5 KiB. */
export function bytes(number) {
    if (number < 1024) {
        return `${number} B`;
    }
    const units = ['KiB', 'MiB', 'GiB'];
    let value = number / 1024;
    let unit = 0;
    while (value >= 1024 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }
    return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const DAY = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short'});
const YEAR = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short', year: 'numeric'});
const WHOLE = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});

/** A time today, or a day: 09:41, 3 May, 3 May 2024. */
export function shortTime(text) {
    const time = new Date(text);
    const now = new Date();
    if (time.toDateString() === now.toDateString()) {
        return CLOCK.format(time);
    }
    return (time.getFullYear() === now.getFullYear() ? DAY : YEAR).format(time);
}

/** Date and time to the second. */
export const longTime = text => WHOLE.format(new Date(text));

/**
 * "Ada <ada@example.org>", or only the name or the address, as nodes. Each is isolated: a name with characters that change
 * the direction of text does not change how the address is shown (UAX 9).
 */
export const address = ({name, address: mailbox}) => (name && mailbox
    ? [h('bdi', {}, name), ' <', h('bdi', {}, mailbox), '>'] : [h('bdi', {}, name || mailbox)]);

/** Switches between light and dark, and remembers the choice. */
export function toggleTheme() {
    const dark = document.documentElement.dataset.theme
        ? document.documentElement.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    document.documentElement.dataset.theme = dark ? 'light' : 'dark';
    try {
        localStorage.setItem('boxcar.theme', dark ? 'light' : 'dark');
    } catch {
        // without storage, the choice lasts until the page is closed
    }
}

let toastTimer = 0;

/** Shows a message for a few seconds and announces it to screen readers. */
export function toast(text) {
    let area = document.getElementById('toast');
    if (!area) {
        area = h('div', {id: 'toast', role: 'status', 'aria-live': 'polite'});
        document.body.append(area);
    }
    area.textContent = text;
    area.classList.add('shown');
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => area.classList.remove('shown'), 4000);
}

/** Opens a dialog. Escape, its button or a click outside closes it. */
export function dialog(title, ...content) {
    const close = () => box.close();
    const box = h('dialog', {'aria-label': title},
        h('div', {class: 'dialog'},
            h('div', {class: 'dialog-head'}, h('h2', {}, title), iconButton('close', 'Close', close)),
            ...content));
    box.addEventListener('click', event => event.target === box && close());
    box.addEventListener('close', () => box.remove());
    document.body.append(box);
    box.showModal();
    return box;
}

/** Asks for confirmation of something that cannot be undone. Resolves to whether the user confirmed. */
export function confirmed(question, action) {
    return new Promise(resolve => {
        let accepted = false;
        const box = dialog(question,
            h('p', {}, 'This cannot be undone.'),
            h('div', {class: 'dialog-buttons'},
                h('button', {type: 'button', onclick: () => box.close()}, 'Cancel'),
                h('button', {type: 'button', class: 'danger', autofocus: true, onclick: () => {
                    accepted = true;
                    box.close();
                }}, action)));
        box.addEventListener('close', () => resolve(accepted));
    });
}
