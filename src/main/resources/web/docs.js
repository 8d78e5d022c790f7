// SPDX-License-Identifier: Apache-2.0
// The documentation of the API: draws an OpenAPI 3 or Swagger 2 document. Loads nothing but the document.

import {h} from './dom.js';

const DOCUMENTS = {
    boxcar: ['Boxcar', 'api/boxcar/v1/openapi.json'],
    mailpit: ['Mailpit', 'api/v1/swagger.json'],
};
const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

const root = new URL(document.baseURI);
const page = (which, anchor = '') => `docs.html${which === 'boxcar' ? '' : `?api=${which}`}${anchor}`;
const which = new URLSearchParams(location.search).get('api') === 'mailpit' ? 'mailpit' : 'boxcar';

const main = h('main', {class: 'api-docs', tabindex: -1}, h('p', {class: 'nothing'}, 'Loading…'));
const field = h('input', {
    type: 'search', placeholder: 'Filter', 'aria-label': 'Filter operations', autocomplete: 'off', spellcheck: 'false', oninput: filter,
});

document.getElementById('app').append(
    h('header', {class: 'bar'},
        h('a', {class: 'brand', href: root.pathname}, h('img', {src: 'icon.svg', alt: '', width: 26, height: 26}), h('h1', {}, 'Boxcar'), h('span', {class: 'quiet'}, 'API')),
        h('nav', {class: 'api-choice', 'aria-label': 'APIs'}, ...Object.entries(DOCUMENTS).map(([name, [label]]) =>
            h('a', {href: page(name), 'aria-current': name === which ? 'page' : null}, label))),
        h('div', {class: 'search', role: 'search'}, field)),
    main);

/** Shows only the operations that have the text in their path, summary or description. */
function filter() {
    const text = field.value.trim().toLowerCase();
    for (const operation of main.querySelectorAll('.operation')) {
        operation.hidden = !operation.textContent.toLowerCase().includes(text);
    }
    main.querySelector('.no-match').hidden = main.querySelector('.operation:not([hidden])') !== null;
}

const nameOf = reference => reference.split('/').pop();
const link = name => h('a', {href: page(which, `#schema-${name}`)}, name);

/** A type in words: "array of Summary", "integer, 1 to 1000". */
function typeOf(schema) {
    if (!schema) {
        return ['any'];
    }
    if (schema.$ref) {
        return [link(nameOf(schema.$ref))];
    }
    const choices = schema.oneOf ?? schema.anyOf ?? schema.allOf;
    if (choices) {
        return choices.flatMap((one, index) => [index > 0 ? (schema.allOf ? ' and ' : ' or ') : '', ...typeOf(one)]);
    }
    if (schema.type === 'array') {
        return ['array of ', ...typeOf(schema.items)];
    }
    if (schema.additionalProperties?.type || schema.additionalProperties?.$ref) {
        return ['object of ', ...typeOf(schema.additionalProperties)];
    }
    const words = [[schema.type ?? 'any'].flat().join(' or ')];
    if (schema.format) {
        words.push(schema.format);
    }
    if (schema.enum) {
        words.push(`one of ${schema.enum.join(', ')}`);
    }
    if (schema.minimum !== undefined || schema.maximum !== undefined) {
        words.push(`${schema.minimum ?? ''} to ${schema.maximum ?? ''}`.trim());
    }
    return [words.join(', ')];
}

/** The properties of an object, with those of inner objects below them. Nothing for other types. */
function properties(schema) {
    const object = schema?.type === 'array' ? schema.items : schema;
    if (!object?.properties) {
        return null;
    }
    const required = new Set(object.required ?? []);
    return h('table', {class: 'schema'}, h('tbody', {}, ...Object.entries(object.properties).map(([name, value]) => h('tr', {},
        h('th', {scope: 'row'}, h('code', {}, name)),
        h('td', {}, h('span', {class: 'type'}, ...typeOf(value)), !required.has(name) && required.size > 0 && h('span', {class: 'optional'}, 'optional'),
            value.description && h('p', {}, value.description), properties(value))))));
}

function parameterTable(parameters) {
    return parameters.length > 0 && [h('h4', {}, 'Parameters'), h('table', {class: 'schema'}, h('tbody', {}, ...parameters.map(one => h('tr', {},
        h('th', {scope: 'row'}, h('code', {}, one.name)),
        h('td', {}, h('span', {class: 'type'}, one.in, ', ', ...typeOf(one.schema ?? one)), one.required && h('span', {class: 'optional'}, 'required'),
            one.description && h('p', {}, one.description))))))];
}

/** The type and the properties of a body, whichever version the document has. */
function bodyOf({content, schema}) {
    const entries = content ? Object.entries(content) : schema ? [['', {schema}]] : [];
    return entries.map(([type, {schema: inner}]) => h('div', {class: 'body'},
        h('p', {}, type && h('code', {}, type), type && inner ? ': ' : '', inner && h('span', {class: 'type'}, ...typeOf(inner))),
        properties(inner)));
}

function operation(base, path, method, {operationId, summary, description, parameters = [], requestBody, responses = {}}) {
    const body = parameters.find(one => one.in === 'body');
    const id = operationId ?? `${method}${path}`;
    return h('details', {class: 'operation', id},
        h('summary', {}, h('span', {class: `method ${method}`}, method.toUpperCase()), h('code', {class: 'path'}, base + path), h('span', {class: 'what'}, summary ?? '')),
        h('div', {class: 'operation-text'},
            description && h('p', {}, description),
            parameterTable(parameters.filter(one => one !== body)),
            (requestBody || body) && [h('h4', {}, 'Body'), ...bodyOf(requestBody ?? body)],
            h('h4', {}, 'Responses'),
            ...Object.entries(responses).map(([status, response]) => h('div', {class: 'response'},
                h('p', {}, h('b', {}, status === 'default' ? 'otherwise' : status), ' ', response.description ?? ''), ...bodyOf(response)))));
}

function draw(api) {
    const place = new URL(DOCUMENTS[which][1], root); // servers are relative to the document
    const base = new URL(api.servers?.[0]?.url ?? api.basePath ?? '/', place).pathname.replace(/\/$/, '');
    const operations = Object.entries(api.paths).flatMap(([path, item]) =>
        METHODS.filter(method => item[method]).map(method => operation(base, path, method, item[method])));
    const schemas = Object.entries(api.components?.schemas ?? api.definitions ?? {});
    main.replaceChildren(
        h('section', {class: 'api-head'}, h('h2', {}, `${api.info.title}, version ${api.info.version}`), api.info.description && h('p', {}, api.info.description),
            h('p', {class: 'quiet'}, 'The document itself: ', h('a', {href: DOCUMENTS[which][1]}, DOCUMENTS[which][1]))),
        h('section', {'aria-label': 'Operations'}, ...operations, h('p', {class: 'nothing no-match', hidden: true}, 'No operations match.')),
        schemas.length > 0 && h('section', {'aria-label': 'Schemas'}, h('h2', {}, 'Schemas'), ...schemas.map(([name, schema]) =>
            h('section', {class: 'schema-text', id: `schema-${name}`}, h('h3', {}, name), schema.description && h('p', {}, schema.description),
                properties(schema) ?? h('p', {class: 'type'}, ...typeOf(schema))))));
    showTarget();
}

/** Opens and scrolls to what the URL names. */
function showTarget() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target) {
        target.open = true;
        target.scrollIntoView();
    }
}

addEventListener('hashchange', showTarget);
main.addEventListener('toggle', event => event.target.open && history.replaceState(null, '', page(which, `#${event.target.id}`)), true);

try {
    const response = await fetch(DOCUMENTS[which][1]);
    draw(await response.json());
} catch {
    main.replaceChildren(h('p', {class: 'nothing'}, 'Boxcar does not respond'));
}
