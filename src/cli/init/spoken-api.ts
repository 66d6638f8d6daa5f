/** Which API of a server is spoken: what was said; or both are tried, and the Data API is proposed unless only OData answers. */
import { type Api, apiNames } from '../../core/api.ts';
import { isBefore } from '../../core/server-version.ts';
import type { AskedServer } from './asked.ts';
import type { Reaching } from './reach.ts';

export type Spoken = {
  readonly api: Api;
  /** Whether the other one answers as well, and nobody said which. */
  readonly isOther: boolean;
};

type Address = AskedServer & { readonly caFile?: string };

type Tried = { readonly api: Api; readonly version?: string; readonly error?: unknown };

const both: readonly Api[] = ['data', 'odata'];

/** Asked without an account. Throws what the first of them that is tried throws, where none answers. */
export async function spokenApi(address: Address, reaching: Reaching): Promise<Spoken> {
  const { asked, questions, output } = reaching;
  const { name } = address;
  const given = asked.apiOf(name);
  const tried = await Promise.all(
    (given === undefined ? both : [given]).map((api) => tryApi(api, address, reaching)),
  );
  const answering = tried.filter(({ error }) => error === undefined);
  const [first] = answering;
  if (first === undefined) throw tried[0]?.error;
  for (const line of answerLines(name, answering, tried.length)) output.line(line);
  if (answering.length < 2) return { api: first.api, isOther: false };
  const message = `Which API of ${name} shall be spoken?`;
  return { api: await questions.one({ message, choices }), isOther: true };
}

const choices = [
  { name: 'the Data API: each table is shown by a layout that is made for it', value: 'data' },
  { name: 'OData: tables as they are, without layouts', value: 'odata' },
] as const;

async function tryApi(api: Api, address: Address, { open, signal }: Reaching): Promise<Tried> {
  const inspection = open({ ...address, api });
  try {
    const { version } = await inspection.product(signal);
    return { api, ...(version !== undefined && { version }) };
  } catch (error) {
    signal.throwIfAborted();
    return { api, error };
  } finally {
    await inspection.close();
  }
}

function answerLines(name: string, answering: readonly Tried[], tried: number): readonly string[] {
  const [first] = answering;
  const version = answering.find((one) => one.version !== undefined)?.version;
  const product = `FileMaker Server${version === undefined ? '' : ` ${version}`}`;
  const said = `    ${name} answers: ${product}, ${answering.map(({ api }) => apiNames[api]).join(' and ')}`;
  const isODataAlone = answering.length < tried && first?.api === 'odata';
  return [
    isODataAlone ? `${said}; its Data API does not answer` : said,
    ...(version !== undefined && isBefore(version, '21.1') ? [lockedLine] : []),
  ];
}

const lockedLine =
  '    before version 21.1 "Prohibit modification of value during data entry" must not be ticked on the key and the fields that are kept the same: look at their auto-enter options';
