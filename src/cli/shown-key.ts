/** What would leave its line, or change the terminal, is shown as JSON. */
export const shownKey = (key: string): string =>
  /\p{C}|[\u2028\u2029]/u.test(key) ? JSON.stringify(key) : key;
