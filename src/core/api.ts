/** Which API of a FileMaker Server is spoken. */
export type Api = 'data' | 'odata';

/** By what a server shows a table, as people call it: over OData a table is a table occurrence, and no layout is needed. */
export const shownBy: Readonly<Record<Api, 'layout' | 'table'>> = { data: 'layout', odata: 'table' };

const odataWords = [
  [/\bthe Data API\b/g, 'OData'],
  [/\bData API\b/g, 'OData'],
  [/\bfmrest\b/g, 'fmodata'],
  [/\blayout\b/g, 'table'],
] as const;

/** Texts are those of the Data API; what is another word in OData is put in. */
export const inWordsOf = (api: Api, text: string): string =>
  api === 'data' ? text : odataWords.reduce((sum, [from, to]) => sum.replaceAll(from, to), text);

export const apiNames: Readonly<Record<Api, string>> = { data: 'the Data API', odata: 'OData' };
