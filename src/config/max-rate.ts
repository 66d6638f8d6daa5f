/** How many records a second are written on a server at most, in its configuration and on the command line. */
export const leastRate = 1;
export const mostRate = 10_000;
export const rateRange = `a whole number from ${leastRate} to ${mostRate}`;
