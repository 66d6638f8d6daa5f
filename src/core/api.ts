/** Which API of a FileMaker Server is spoken. */
export type Api = 'data' | 'odata';

/** By what a server shows a table, as people call it: over OData a table is a table occurrence, and no layout is needed. */
export const shownBy: Readonly<Record<Api, 'layout' | 'table'>> = { data: 'layout', odata: 'table' };

export const apiNames: Readonly<Record<Api, string>> = { data: 'the Data API', odata: 'OData' };
