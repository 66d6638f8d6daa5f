/** Neither a table nor a server: everything. Pauses are taken also while a run is at work. */

/** `until` as on the command line: `18:00`, `2026-11-30 06:00`, `2 hours`; absent: until it is resumed. */
export type PauseBody = { readonly table?: string; readonly server?: string; readonly until?: string };

/** By the name that was paused: what is paused as a server cannot be resumed as a table. */
export type ResumeBody = { readonly table?: string; readonly server?: string };
