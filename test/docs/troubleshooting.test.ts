/** The page of messages is what the catalogue gives, and nothing that is printed escapes the catalogue. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { allEntries, entriesFor } from '../../src/catalogue/catalogue.ts';
import { silentEvents } from '../../src/catalogue/lines.ts';
import { troubleshootingPage } from '../../src/catalogue/page.ts';
import { eventLines } from '../../src/cli/event-lines.ts';
import type { EngineEvent } from '../../src/engine/events.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

const sources = ['src', 'functions', 'infra'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path}`)
    .filter((path) => path.endsWith('.ts') && !/^src\/(catalogue|simulator)\//.test(path))
    .map((path) => ({ path, text: read(path) })),
);

/** Texts that are put together stand as one, and what varies in them as a bullet. */
const printed = sources
  .map(({ text }) =>
    text.replaceAll(/['`]\s*\+\s*['`]/g, '').replaceAll(/\$\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, '•'),
  )
  .join('\n')
  .replaceAll(String.raw`\'`, "'");

/** What varies in a title: words in capitals, numbers with what they count; and where a message is put together. */
const varies =
  /\bN(?: (?:shared|known))? \w+s\b|\b(?!API|JSON|UTC|AWS|ARN|VPC|UTF|ASCII|YAML)[A-Z]{2,}\b|\bN\b|\b\d+%?|…|: |\. |["()]/;

/** The longest piece of each message of a title that stands the same whatever varies. */
const fixedPieces = (title: string): readonly string[] =>
  title
    .split('; ')
    .map(
      (message) =>
        message
          .split(varies)
          .map((piece) => piece.trim().replace(/^[,:.]\s*|[,:.]$/g, ''))
          .toSorted((one, other) => other.length - one.length)[0] ?? '',
    )
    .filter((piece) => piece.length > 5);

/** Anchors that headings have on GitHub. */
const sectionsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  );

/** The name of an entry for a message that has no code: its words, with what kind of thing is named in it. */
const slug = (text: string): string =>
  text
    .replaceAll(/\$\{(?:(\w+)\.name|(task)|[^}]*)\}/g, '$1$2')
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, '-')
    .replaceAll(/^-|-$/g, '');

const said = (pattern: RegExp): readonly string[] =>
  sources.flatMap(({ text }) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));

test('the page is what the catalogue gives (npm run troubleshooting)', () => {
  expect(read('docs/troubleshooting.md')).toBe(troubleshootingPage());
});

test('each link within the page leads to an entry or a part of it', () => {
  const page = troubleshootingPage();
  const there = new Set([...sectionsOf(page), ...allEntries.map(({ id }) => id)]);
  const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1] ?? '');
  expect(links.length).toBeGreaterThan(allEntries.length);
  expect(links.filter((link) => !there.has(link))).toEqual([]);
});

test('each entry has an anchor of its own', () => {
  const ids = allEntries.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) < index)).toEqual([]);
});

test('each entry is found by its code, by its anchor, and in capitals', () => {
  for (const entry of allEntries) {
    expect(entriesFor(entry.code)).toContainEqual(entry);
    expect(entriesFor(entry.id)[0]).toEqual(entry);
    expect(entriesFor(entry.code.toUpperCase())).toContainEqual(entry);
  }
  expect(entriesFor('no-such-code')).toEqual([]);
});

test('each page that tells more is there, with its section', () => {
  const broken = allEntries
    .flatMap(({ more }) => (more === undefined ? [] : [more]))
    .filter((more) => {
      const [page = '', section] = more.split('#');
      if (!existsSync(new URL(`docs/${page}`, root))) return true;
      return section !== undefined && !sectionsOf(read(`docs/${page}`)).includes(section);
    });
  expect([...new Set(broken)]).toEqual([]);
});

test('each title is what the product prints, so that it is found by searching for the message', () => {
  const unknown = allEntries.flatMap(({ id, title }) =>
    fixedPieces(title)
      .filter((piece) => !printed.includes(piece))
      .map((piece) => `${id}: ${piece}`),
  );
  expect(unknown).toEqual([]);
});

/** Errors that no person reads: who catches each. */
const inner: Readonly<Record<string, string>> = {
  LogFailure: 'engine/delete-log.ts, which reads on without the log',
  Unanswered: 'engine/deliver.ts, which parks with no-answer',
  SlotLostError: 'the pool of sessions, which takes another',
  ValueMissing: 'records, which throw RecordsUnreadable',
  FileBrokenOff: 'connectors and engine/send-file.ts, which try again or park',
  ConnectionBroken: 'filemaker/http, which tells it as a failure of the connection',
  OtherIsLarge: 'engine/read-file.ts: one of two large files waits until the other has come',
  TooLarge: 'engine/read-file.ts, whose caller parks with file-too-large',
  Filled: 'filemaker/odata/containers.ts, which asks whether there is anything',
  Unreachable: 'the page of the console, which says that it does not answer',
};
/** Those whose `code` is of a union for which the catalogue is total, and whoever has one code, with it. */
const explained: Readonly<Record<string, string | undefined>> = {
  FailedRequest: undefined,
  ConfigurationError: 'configuration-invalid',
  RecordBusy: 'record-busy',
  RecordsUnreadable: 'value-missing',
  Stopped: 'stopped',
  SecretError: undefined,
  Refused: undefined,
  AwsStateError: undefined,
  StateFileError: undefined,
  ServerError: undefined,
};

describe('nothing escapes the catalogue:', () => {
  test('each error is explained, or caught before anybody reads it', () => {
    const found = sources.flatMap(({ text }) =>
      [...text.matchAll(/class (\w+) extends \w*Error\b/g)].map((match) => match[1] ?? ''),
    );
    expect([...new Set(found)].toSorted()).toEqual(
      [...Object.keys(inner), ...Object.keys(explained)].toSorted(),
    );
    const codes = Object.values(explained).filter((code) => code !== undefined);
    expect(codes.filter((code) => entriesFor(code).length === 0)).toEqual([]);
  });

  test('a code that is written where no type asks for an entry has one', () => {
    const codes = sources.flatMap(({ text }) => [
      ...[...text.matchAll(/^ {2}readonly code = '([\w-]+)'/gm)].map((match) => match[1] ?? ''),
      ...[...text.matchAll(/new FailedRequest\(\s*\d+,\s*'([\w-]+)'/g)].map((match) => match[1] ?? ''),
      ...[...text.matchAll(/exitCode: [^}]*code: '([\w-]+)'/g)].map((match) => match[1] ?? ''),
    ]);
    expect(codes.length).toBeGreaterThan(4);
    const caught = 'slot-lost';
    expect(codes.filter((code) => code !== caught && entriesFor(code).length === 0)).toEqual([]);
  });

  test.each(silentEvents)('of the event %s nothing is said', (kind) => {
    // eslint-disable-next-line typescript/no-unsafe-type-assertion -- of these the kind alone is looked at
    expect(eventLines({ kind } as EngineEvent, () => 'data')).toEqual([]);
  });

  test.each([
    ['alarm-', 'an alarm', /alarmName\(name, ['`]([^'`]+)['`]\)/g, 15],
    ['deploy-', 'a warning of a deployment', /addWarningV2\(\s*'serversync:([\w-]+)'/g, 1],
    ['log-', 'a failure in a log', /toldByKind\(['`]([^'`]+)['`]/g, 9],
    ['log-', 'an error in a log', /logger\.error\('([^']+)'/g, 1],
  ])('%s… has an entry for each that is %s', (prefix, _what, pattern, least) => {
    const slugs = said(pattern).map((text) => `${prefix}${slug(text)}`);
    expect(slugs.length).toBeGreaterThanOrEqual(least);
    expect(slugs.filter((id) => !allEntries.some((entry) => entry.id === id))).toEqual([]);
  });

  test.each(['ALARM', 'STOPPED'])(
    'each line that begins with %s stands in the entry of such lines',
    (word) => {
      const lines = said(new RegExp(`\`(${word}: [^\`]+)\``, 'g'));
      const { title = '' } = allEntries.find(({ id }) => id === `line-${word.toLowerCase()}`) ?? {};
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        const pieces = line.split(/\$\{[^}]*\}/).map((piece) => piece.replace('(allowed:', '').trim());
        const longest = pieces.slice(1).toSorted((one, other) => other.length - one.length)[0] ?? '';
        expect(title).toContain(longest);
      }
    },
  );
});
