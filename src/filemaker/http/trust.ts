/**
 * Which certificates are believed: the roots that Node and the operating system trust, and the CA that the
 * configuration names for this server. There is no way to switch the check off.
 */
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

const contexts = new Map<string, SecureContext>();

/** Made once for each CA: reading the stores takes about 0.2 s (measured). */
export function trusting(ca: string): SecureContext {
  const known = contexts.get(ca);
  if (known !== undefined) return known;
  const roots = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  const context = createSecureContext({ ca: ca === '' ? [...roots] : [...roots, ca] });
  contexts.set(ca, context);
  return context;
}

export const readCa = (from: { readonly ca?: string; readonly caFile?: string }): string =>
  [from.ca ?? '', from.caFile === undefined ? '' : readFileSync(from.caFile, 'utf8')].join('\n').trim();

const certificateCodes =
  /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|ERR_TLS_CERT_|CRL_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|ERROR_IN_CERT_)/;

export const isCertificateCode = (code: string): boolean => certificateCodes.test(code);
