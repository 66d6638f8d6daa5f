/**
 * Scripts, of the file, of a table or of a record. One that ends with an error is answered with HTTP 200; its error is in `code`.
 *
 * Which layout a script begins on is not documented: here that of the table's own name, and none for the file.
 */
import { z } from 'zod';
import { runIn, type ScriptPlace } from '../api/scripts.ts';
import { FileMakerFailure } from '../failure.ts';
import type { Answer } from '../http/answer.ts';
import { jsonAnswer } from './answers.ts';
import { occurrenceOf, type ODataExchange, type ODataRoute } from './exchange.ts';
import { badBody, syntaxError } from './faults.ts';
import { recordOf } from './keys.ts';
import { jsonOf } from './schema-body.ts';

const route = (path: string, handle: (exchange: ODataExchange) => Promise<Answer>): ODataRoute => ({
  kind: 'script',
  method: 'POST',
  path: `:database/${path}`,
  scope: 'database',
  handle,
});

export const scriptRoutes: readonly ODataRoute[] = [
  route('Script.:script', (exchange) => run(exchange, nowhere)),
  route(':set/Script.:script', (exchange) => run(exchange, placeOf(exchange))),
  route(':set()/Script.:script', (exchange) => {
    recordOf(exchange);
    return run(exchange, placeOf(exchange));
  }),
];

const nowhere: ScriptPlace = {
  layout: '',
  table: () => {
    throw new FileMakerFailure('105');
  },
};

function placeOf(exchange: ODataExchange): ScriptPlace {
  const { name, table } = occurrenceOf(exchange);
  return { layout: name, table: () => table };
}

async function run(exchange: ODataExchange, place: ScriptPlace): Promise<Answer> {
  const { result = '', error = 0 } = await runIn(
    exchange,
    scriptNamed(exchange),
    parameterOf(exchange),
    place,
  );
  const scriptResult = { code: Number(error), resultParameter: result };
  return jsonAnswer(JSON.stringify({ scriptResult }), exchange.form);
}

/** By its name, or from 2026 on as `FMSID:n`, its place among the scripts. Throws -1002 for names that an address cannot carry. */
function scriptNamed({ params, simulation, database }: ODataExchange): string {
  const name = params['script'] ?? '';
  const [, id] = /^FMSID:(\d+)$/.exec(name) ?? [];
  if (id !== undefined && simulation.options.version === '26')
    return [...database.scripts.keys()][Number(id) - 1] ?? '';
  if (/[@&/]|^\d/.test(name)) throw syntaxError(name);
  return name;
}

const body = z.strictObject({
  scriptParameterValue: z.union([z.string(), z.number(), z.record(z.string(), z.unknown())]).optional(),
});

/** Numbers and objects arrive as text. Throws -1002 for any other body. */
function parameterOf(exchange: ODataExchange): string {
  const text = exchange.body.toString('utf8');
  if (text.trim() === '') return '';
  const { data } = body.safeParse(jsonOf(text));
  if (!data) throw badBody();
  const { scriptParameterValue: given = '' } = data;
  return typeof given === 'object' ? JSON.stringify(given) : String(given);
}
