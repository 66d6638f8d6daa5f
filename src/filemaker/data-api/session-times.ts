/** How sessions of a server come and go. */

/** Sessions double with each round of logins: many at once help a session more to its work, and are a burst for the server (assumed). */
export const mostLoginsAtOnce = 4;

/** How long no login is tried after the server let none in while other sessions work. Short asks often for nothing, long leaves room unused (assumed). */
export const fullForMs = 30_000;

/**
 * How long a session is kept that nobody needs. Short logs in anew for each burst, long holds room on the server that others may want;
 * FileMaker takes 15 minutes (data-api-guide log-in-database-session), and does not tell our other processes (assumed).
 */
export const idleForMs = 3 * 60_000;
