// SPDX-License-Identifier: Apache-2.0
// The requests of the relay's page.

import {json, request} from './api.js';

const QUEUE = 'api/boxcar/v1/queue';
const encoded = text => encodeURIComponent(text);

export const about = () => json('GET', 'api/boxcar/v1/about');
export const statistics = () => json('GET', `${QUEUE}/statistics`);
export const destinations = () => json('GET', `${QUEUE}/destinations`);
/** Messages in the order of acceptance. A state or destination that is null does not restrict them. */
export function list({state, destination, limit}) {
    const query = new URLSearchParams({limit});
    if (state) {
        query.set('state', state);
    }
    if (destination !== null) {
        query.set('destination', destination);
    }
    return json('GET', `${QUEUE}?${query}`);
}
export const message = (id, signal) => json('GET', `${QUEUE}/${encoded(id)}`, undefined, signal);
/** The recorded sessions in which a message was attempted. */
export const attempts = (id, signal) => json('GET', `${QUEUE}/${encoded(id)}/attempts`, undefined, signal);
/** {@code what} is hold, release, retry, bounce or rm. */
export const change = (id, what) => request('POST', `${QUEUE}/${encoded(id)}/${what}`);
export const changeAll = (destination, what) => json('POST', `${QUEUE}/${what}`, {destination});
