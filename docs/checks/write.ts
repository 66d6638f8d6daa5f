/** Writes the list of checks in docs/doctor.md from the catalogue: `npm run checks`. A test compares them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type CheckMeaning, checks } from '../../src/doctor/catalogue.ts';

const page = new URL('../doctor.md', import.meta.url);

const place = /(?<=<!-- checks -->\n)[^]*(?=<!-- end of checks -->)/;

const read = (): string => readFileSync(page, 'utf8').replaceAll('\r\n', '\n');

export const writtenChecks = (): string | undefined => place.exec(read())?.[0].trim();

const headings: Readonly<Record<CheckMeaning['about'], string>> = {
  server: 'Each server',
  table: 'Each table on a server',
  servers: 'Between servers',
  stack: 'A stack on AWS',
};

/** Markdown: a heading for each kind of place, and a table of its checks. */
export const documentOfChecks = (): string =>
  Object.entries(headings)
    .map(([about, heading]) => `### ${heading}\n\n${tableOf(about)}`)
    .join('\n\n');

function tableOf(about: string): string {
  const rows = Object.entries<CheckMeaning>(checks)
    .filter(([, check]) => check.about === about)
    .map(([id, { title, meaning, remedy }]) => `| ${title} (\`${id}\`) | ${meaning} | ${remedy} |`);
  return ['| Check | OK means | Otherwise |', '|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) writeFileSync(page, read().replace(place, `\n${documentOfChecks()}\n\n`));
