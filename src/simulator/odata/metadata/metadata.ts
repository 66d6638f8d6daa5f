/** `$metadata` of a file, or with `$metadata%23Contacts` of one occurrence; XML unless JSON is asked for. */
import type { Answer } from '../../http/answer.ts';
import type { Occurrence } from '../../store/occurrence.ts';
import { jsonAnswer } from '../answers.ts';
import { occurrenceOf, type ODataExchange, type ODataRoute } from '../exchange.ts';
import { metadataJson } from './json.ts';
import { entityType, schemaVersion } from './model.ts';
import { metadataXml } from './xml.ts';

export const metadataRoutes: readonly ODataRoute[] = [
  {
    kind: 'metadata',
    method: 'GET',
    path: ':database/$metadata',
    scope: 'database',
    handle: (exchange) => metadata(exchange, exchange.database.occurrences),
  },
  {
    kind: 'metadata',
    method: 'GET',
    path: ':database/$metadata#:set',
    scope: 'database',
    handle: (exchange) => metadata(exchange, [occurrenceOf(exchange)]),
  },
];

function metadata(exchange: ODataExchange, occurrences: readonly Occurrence[]): Answer {
  const { simulation, database, form } = exchange;
  const entities = occurrences.map((one) => entityType(database, one));
  const described = {
    file: `${database.name}.fmp12`,
    entities,
    serverVersion: `OData Engine ${simulation.profile.productVersion.split('.').slice(0, 3).join('.')}`,
    schemaVersion: schemaVersion(database.occurrences.map((one) => entityType(database, one))),
    isAnnotated: form.prefer.annotations,
  };
  if (form.accept.includes('json')) {
    const { metadataSuffix = true } = simulation.options.odata ?? {};
    const file = metadataSuffix ? described.file : database.name;
    return jsonAnswer(metadataJson({ ...described, file }), form);
  }
  return {
    status: 200,
    code: '0',
    body: metadataXml(described),
    headers: { 'Content-Type': 'application/xml;charset=utf-8', 'OData-Version': form.style },
  };
}
