/** Who asks. A credential: it is reached only to send it (R9). */
export type Account = { readonly username: string; readonly password: string };

/** Of the `Authorization` header: a credential (R9). */
export const basicOf = ({ username, password }: Account): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
