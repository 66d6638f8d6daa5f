/** Which addresses a function on AWS reaches without a VPC. Decided by the address alone: nobody is asked. */

/** https://www.iana.org/assignments/iana-ipv4-special-registry: private, shared by providers, and of one link. */
const privateNumbers =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)\d+(\.\d+)*$/;

/** Unique local and link-local ones: https://www.iana.org/assignments/iana-ipv6-special-registry */
const privateSixes = /^\[f([cd]|e[89ab])/;

/** Names that no public server resolves: RFC 6762 (with its appendix G), RFC 8375, and .internal of ICANN. */
const privateNames = /\.(local|localdomain|lan|home|home\.arpa|internal|intranet|private|corp)\.?$/;

/** Names without a dot are known on their own network only. `hostname`: as URL gives it, in small letters. */
export const isPrivateAddress = (hostname: string): boolean =>
  privateNumbers.test(hostname) ||
  privateSixes.test(hostname) ||
  privateNames.test(hostname) ||
  /^[^.[]+$/.test(hostname);
