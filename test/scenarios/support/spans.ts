/** Spans of time, ms. */
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

/** How often the sync runs in the scenarios, unless they say otherwise. */
export const tick = 5 * minute;
