/**
 * What the script of filemaker/ does, for the simulator: the contract of filemaker/README.md, step by step. It knows nothing of
 * the connector's code, so that a mistake there shows.
 */
import { z } from 'zod';
import type { Script, ScriptContext } from './description.ts';
import { FileMakerFailure } from './failure.ts';

export type ServerSyncScript = {
  /** What each record costs beside the request; default 2 (assumed, nobody measured it in FileMaker). */
  readonly msPerRecord?: number;
  /** Another version of the contract than 1: a script that was pasted long ago. */
  readonly version?: number;
  /** Only so many characters of the parameter arrive. */
  readonly cutAt?: number;
};

const head = z.looseObject({
  serversync: z.number(),
  count: z.number(),
  mostMs: z.number(),
  keyField: z.string(),
  echo: z.string().optional(),
});
type Head = z.infer<typeof head>;

const removal = z.object({ recordId: z.string(), modId: z.string(), find: z.string() });
const find = z.object({
  response: z.object({ data: z.array(z.object({ recordId: z.string() })).optional() }),
});
const messages = z.object({ messages: z.array(z.object({ code: z.string() })) });
const action = z.object({ action: z.string() });

export const serverSyncScript =
  ({ msPerRecord = 2, version = 1, cutAt = Infinity }: ServerSyncScript = {}): Script =>
  async (context) => {
    const lines = context.parameter.slice(0, cutAt).split('\r');
    const { data: asked } = head.safeParse(jsonOf(lines[0] ?? ''));
    if (asked?.serversync !== version) return { result: said({ serversync: version, error: 'version' }) };
    if (lines[asked.count + 1] !== 'end') return { result: said({ serversync: version, error: 'cut' }) };
    const began = context.utcMilliseconds();
    const answers: string[] = [];
    for (const line of lines.slice(1, asked.count + 1)) {
      if (Number(context.utcMilliseconds()) > Number(began) + asked.mostMs) break;
      await context.sleep(msPerRecord);
      answers.push((await answerTo(context, asked, line)).replaceAll(/[\r\n]/g, ''));
    }
    const { layout, applicationVersion: application } = context;
    const told = {
      serversync: version,
      utc: began,
      ms: String(Number(context.utcMilliseconds()) - Number(began)),
      done: answers.length,
      application,
      layout,
      echo: asked.echo ?? '',
    };
    return { result: [said(told), ...answers, 'end'].join('\r') };
  };

const said = (told: object): string => JSON.stringify(told);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function answerTo(context: ScriptContext, asked: Head, line: string): Promise<string> {
  const { data } = action.safeParse(jsonOf(line));
  if (data?.action !== 'remove' && data?.action !== 'check') return context.execute(line);
  const { code, modId } = await opened(context, asked, line, data.action === 'remove');
  return said({ messages: [{ code }], response: { modId } });
}

/** Finds the record by its key, opens it, compares its modId, and deletes it, or reverts. */
async function opened(
  context: ScriptContext,
  { keyField }: Head,
  line: string,
  isMeant: boolean,
): Promise<{ readonly code: string; readonly modId: string }> {
  const { recordId, modId, find: criterion } = removal.parse(jsonOf(line));
  const query = {
    action: 'read',
    layouts: context.layout,
    query: [{ [keyField]: criterion }],
    limit: '1000',
  };
  const answer = jsonOf(await context.execute(JSON.stringify(query)));
  const [message] = messages.parse(answer).messages;
  const code = message?.code ?? '0';
  if (code === '401') return { code: '306', modId: '' };
  if (code !== '0') return { code, modId: '' };
  const found = find.parse(answer).response.data?.find((row) => row.recordId === recordId);
  if (found === undefined) return { code: '306', modId: '' };
  try {
    const row = context.layoutTable().open(Number(recordId));
    if (String(row.modId) !== modId) return { code: '306', modId: String(row.modId) };
    if (isMeant) context.remove(row.recordId);
    return { code: '0', modId };
  } catch (error) {
    if (error instanceof FileMakerFailure) return { code: error.code, modId: '' };
    throw error;
  }
}
