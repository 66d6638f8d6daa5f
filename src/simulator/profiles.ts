/**
 * What each version of FileMaker Server accepts. Sources: the Data API guide of each version
 * (help.claris.com/archive/fm19 .. fm22), the 19.6.1 release note (dateformats on reads), and the python-fmrest
 * pull request 84 (options and dateformats on writes from 21.1). `uploadReturnsModId`: clients of newer servers
 * read it; since when is assumed.
 */
export type Version = '19.6' | '20' | '21' | '22' | '26';

export type Profile = {
  /** As productInfo shows it. */
  readonly productVersion: string;
  readonly readDateFormats: boolean;
  readonly writeDateFormats: boolean;
  /** `options.entrymode` and `options.prohibitmode`. */
  readonly writeOptions: boolean;
  readonly uploadReturnsModId: boolean;
};

const newest = {
  readDateFormats: true,
  writeDateFormats: true,
  writeOptions: true,
  uploadReturnsModId: true,
};
const before21 = {
  readDateFormats: true,
  writeDateFormats: false,
  writeOptions: false,
  uploadReturnsModId: false,
};

export const profiles: Readonly<Record<Version, Profile>> = {
  '19.6': { productVersion: '19.6.1.45', ...before21 },
  '20': { productVersion: '20.3.2.205', ...before21 },
  '21': { productVersion: '21.1.1.41', ...newest },
  '22': { productVersion: '22.0.4.406', ...newest },
  '26': { productVersion: '26.0.1.81', ...newest },
};
