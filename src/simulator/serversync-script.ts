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

const removalSchema = z.object({ recordId: z.string(), modId: z.string(), find: z.string() });
type Removal = z.infer<typeof removalSchema>;

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
      // By what the records before took: timers are late by up to a millisecond each.
      const dueMs = Number(began) + msPerRecord * (answers.length + 1);
      await context.sleep(dueMs - Number(context.utcMilliseconds()));
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
  const removal = removalSchema.parse(jsonOf(line));
  const { code, found = [] } = await foundBy(context, asked, removal.find);
  const isThere = found.some((row) => row.recordId === removal.recordId);
  const outcome = code === '0' && isThere ? opened(context, removal, data.action === 'remove') : undefined;
  return said({
    messages: [{ code: outcome ?? (code === '0' || code === '401' ? '306' : code) }],
    response: { found: String(found.length) },
  });
}

async function foundBy(context: ScriptContext, { keyField }: Head, criterion: string) {
  const query = {
    action: 'read',
    layouts: context.layout,
    query: [{ [keyField]: criterion }],
    limit: '1000',
  };
  const answer = jsonOf(await context.execute(JSON.stringify(query)));
  const code = messages.parse(answer).messages[0]?.code ?? '0';
  return { code, found: find.parse(answer).response.data };
}

/** Opens the record, so that nobody else can write to it, compares its modId, and deletes it, or reverts. */
function opened(context: ScriptContext, { recordId, modId }: Removal, isMeant: boolean): string {
  try {
    const row = context.layoutTable().open(Number(recordId));
    if (String(row.modId) !== modId) return '306';
    if (isMeant) context.remove(row.recordId);
    return '0';
  } catch (error) {
    if (error instanceof FileMakerFailure) return error.code;
    throw error;
  }
}
