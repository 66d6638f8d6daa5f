/** As a shell takes it for one word: `'O’Neil 1'` for what has a blank or a sign of the shell's in it. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
