/**
 * The control API: what SimulatorControl does, over HTTP, for tests and people in other processes. JSON in and out;
 * an empty answer is `{}`; a refused call is 400 `{"error": "..."}`. Keys are those of SimulatorControl.
 *
 *   GET    /simulator/state                  stats and armed troubles
 *   GET    /simulator/writes                 writes of clients, with the modId that each named
 *   GET    /simulator/busy                   how long sessions were busy, by kind, in each 100 ms
 *   GET    /simulator/records?table=&database=   records of a table: recordId, modId, neutral values
 *   POST   /simulator/records/create         a user creates: {table, values, user?, visibleAfterMs?, stamp?}
 *   POST   /simulator/records/update         a user edits: the same with recordId
 *   POST   /simulator/records/delete         a user deletes: {table, recordId}
 *   POST   /simulator/records/lock           {table, recordIds}; also /unlock
 *   POST   /simulator/records/hide           {table, recordIds, account, code?}; an empty list shows all again
 *   POST   /simulator/troubles               arms a trouble {effect, on?, probability?, next?}; answers {id}
 *   DELETE /simulator/troubles[?id=]         disarms one, or all
 *   POST   /simulator/users                  {table, field, count, thinkMs, seed?, database?}: people go to work
 *   GET    /simulator/users                  what they waited for: {answers, p50, p95, p99} in ms
 *   DELETE /simulator/users                  all go home
 *   POST   /simulator/clock                  {offsetMs?, stepMs?, advanceMs?}
 *   POST   /simulator/capacity               {sessions}
 *   POST   /simulator/data                   {bytes?}: so many more may be sent, then 953; left out: any number
 *   POST   /simulator/sessions/end           {database?}: every token is 952
 *   POST   /simulator/backup, /restore       {name, database?}
 *   POST   /simulator/migrate                {database?}: other record ids, modId 0
 *   POST   /simulator/fields/rename          {table, from, to}
 *   POST   /simulator/occurrences/rename     {from, to, database?}: what OData calls a table
 *   POST   /simulator/layouts/remove, /put-back   {name, database?}
 *   POST   /simulator/files                  {name, type?, size, seed}: a file for a container; answers {value}, for a record's field
 *   POST   /simulator/files/told             {value}: name, type, size and sha256 of what a record's field holds
 *   POST   /simulator/counters/reset         {}
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { FileMakerFailure } from '../failure.ts';
import { readBody } from '../http/exchange.ts';
import type { SimulatorControl } from './control.ts';
import { bodies, trouble } from './schema.ts';

const prefix = '/simulator/';

export const isControlCall = (request: IncomingMessage): boolean => request.url?.startsWith(prefix) ?? false;

type Call = (control: SimulatorControl, body: unknown, query: URLSearchParams) => unknown;

const withBody =
  <T>(schema: z.ZodType<T>, act: (control: SimulatorControl, body: T) => unknown): Call =>
  (control, body) =>
    act(control, schema.parse(body));

const calls: Readonly<Record<string, Call>> = {
  'GET state': (control) => ({ ...control.stats(), troubles: control.troubles() }),
  'GET writes': (control) => control.writes(),
  'GET busy': (control) => control.busy(),
  'GET records': (control, _body, query) => control.records(placeOf(query)),
  'POST records/create': withBody(bodies.create, (control, body) => control.createAsUser(body)),
  'POST records/update': withBody(bodies.update, (control, body) => control.updateAsUser(body)),
  'POST records/delete': withBody(bodies.remove, (control, body) => control.deleteAsUser(body)),
  'POST records/lock': withBody(bodies.records, (control, body) => control.lock(body)),
  'POST records/unlock': withBody(bodies.records, (control, body) => control.unlock(body)),
  'POST records/hide': withBody(bodies.hide, (control, body) => control.hide(body)),
  'POST troubles': withBody(trouble, (control, body) => ({ id: control.addTrouble(body) })),
  'DELETE troubles': (control, _body, query) => {
    const id = query.get('id');
    control.removeTrouble(id === null ? undefined : Number(id));
  },
  'POST users': withBody(bodies.users, (control, body) => control.addUsers(body)),
  'GET users': (control) => control.userTimes(),
  'DELETE users': (control) => control.removeUsers(),
  'POST clock': withBody(bodies.clock, (control, body) => {
    if (body.offsetMs !== undefined) control.setClockOffset(body.offsetMs);
    if (body.stepMs !== undefined) control.stepClock(body.stepMs);
    if (body.advanceMs !== undefined) control.advanceClock(body.advanceMs);
  }),
  'POST capacity': withBody(bodies.capacity, (control, body) => control.setCapacity(body.sessions)),
  'POST data': withBody(bodies.data, (control, body) => control.allowData(body.bytes)),
  'POST sessions/end': withBody(bodies.database, (control, body) => control.endSessions(body.database)),
  'POST backup': withBody(bodies.backup, (control, body) => control.backup(body.name, body.database)),
  'POST restore': withBody(bodies.backup, (control, body) => control.restore(body.name, body.database)),
  'POST migrate': withBody(bodies.database, (control, body) => control.migrate(body.database)),
  'POST fields/rename': withBody(bodies.rename, (control, body) => control.renameField(body)),
  'POST occurrences/rename': withBody(bodies.renameOccurrence, (control, body) =>
    control.renameOccurrence(body),
  ),
  'POST layouts/remove': withBody(bodies.backup, (control, body) =>
    control.removeLayout(body.name, body.database),
  ),
  'POST layouts/put-back': withBody(bodies.backup, (control, body) =>
    control.putBackLayout(body.name, body.database),
  ),
  'POST files': withBody(bodies.file, (control, { name, type, size, seed }) => ({
    value: control.putSeededFile({ name, type }, size, seed),
  })),
  'POST files/told': withBody(bodies.fileValue, (control, { value }) => control.file(value)),
  'POST counters/reset': (control) => control.resetCounters(),
};

function placeOf(query: URLSearchParams): { table: string; database?: string } {
  const database = query.get('database');
  return { table: query.get('table') ?? '', ...(database === null ? {} : { database }) };
}

export async function serveControl(
  control: SimulatorControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = (await readBody(request)).toString('utf8');
  const { status, body } = await perform(control, request, text);
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body ?? {}));
}

async function perform(
  control: SimulatorControl,
  request: IncomingMessage,
  text: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const name = `${request.method} ${url.pathname.slice(prefix.length)}`;
  const call = calls[name];
  if (!call)
    return {
      status: 404,
      body: { error: `there is no call ${name}; calls: ${Object.keys(calls).join(', ')}` },
    };
  try {
    return { status: 200, body: await call(control, text === '' ? {} : JSON.parse(text), url.searchParams) };
  } catch (error) {
    return { status: 400, body: { error: messageOf(error) } };
  }
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof FileMakerFailure) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
