/** The catalogue as a page: an index by code, then the families in the order in which people meet them. */
import { allEntries, entriesOf, families } from './catalogue.ts';
import type { Entry, Family } from './entry.ts';

const intro = `<!-- Made from src/catalogue by \`npm run troubleshooting\`: change it there. -->
# What each message means, and what to do

An error ends in a code in brackets, as in \`server "hq" at https://fm-hq.example.com did not answer … (server-unreachable)\`. Search this page
for it, or for some words of the message. In the terminal \`serversync explain CODE\` says the same (\`npm run serversync -- explain CODE\`), and
\`serversync explain\` lists all codes. With \`--json\` the code stands beside the message.

In the messages below words in capitals stand for what varies. Menus are those of FileMaker Pro, and of the Admin Console of
FileMaker Server where that is said. Where several messages have one entry, they are divided by semicolons.

What you see, and where:
`;

export const troubleshootingPage = (): string =>
  [
    intro,
    `${contents()}\n`,
    `## Index by code\n\nIn brackets stands which part it is in, where words of several parts are alike.\n\n${index()}\n`,
    ...families.map(section),
  ].join('\n');

const contents = (): string =>
  families.map(({ heading }) => `- [${heading}](#${sectionOf(heading)})`).join('\n');

/** The anchor that GitHub gives a heading. */
const sectionOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');

/** By the first letter, so that it can be looked through. */
function index(): string {
  const sorted = allEntries.toSorted((one, other) =>
    one.code.localeCompare(other.code, 'en', { numeric: true }),
  );
  const groups = Map.groupBy(sorted, ({ code }) => (/^\d/.test(code) ? '0–9' : code.charAt(0).toUpperCase()));
  return [...groups].map(([letter, of]) => `**${letter}** ${of.map(linkTo).join(' · ')}`).join('\n\n');
}

const linkTo = ({ id, code, family }: Entry): string =>
  `[${code}](#${id})${family.prefix === '' || /^\d/.test(code) ? '' : ` (${family.prefix.slice(0, -1)})`}`;

const section = (family: Family): string =>
  [`## ${family.heading}\n\n${family.seen}\n`, ...entriesOf(family).map(shown)].join('\n');

const shown = ({ id, code, title, means, do: what, more }: Entry): string =>
  [
    `### <a id="${id}"></a>\`${code}\`\n`,
    `> ${escaped(title)}\n`,
    `${means}\n`,
    `**What to do:** ${linked(what)}${more === undefined ? '' : ` More: [${nameOf(more)}](${more}).`}\n`,
  ].join('\n');

/** What Markdown would take for its own. */
const escaped = (text: string): string => text.replaceAll(/[<>*_]/g, String.raw`\$&`);

/** A code that is named in an entry is one to go to. */
const linked = (text: string): string =>
  text.replaceAll(/`([a-z][a-z-]+)`/g, (whole, code: string) => {
    const found = allEntries.find((one) => one.code === code && one.code.includes('-'));
    return found === undefined ? whole : `[${whole}](#${found.id})`;
  });

const nameOf = (page: string): string => page.replace(/#.*$/, '').replace('../', '');
