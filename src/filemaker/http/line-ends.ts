/** FileMaker keeps `\r` where a line ends. */
export const nativeLineEnds = (text: string): string =>
  text.includes('\n') ? text.replaceAll('\n', '\r') : text;
