/** Paths that several routes begin with. */
export const base = '/fmi/data/:version';
export const layoutPath = `${base}/databases/:database/layouts/:layout`;
