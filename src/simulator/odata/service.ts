/** Service documents: the files of the server, and the table occurrences of a file. */
import { annotation, jsonAnswer } from './answers.ts';
import { odataRoot } from './address.ts';
import type { ODataExchange, ODataRoute, ServerExchange } from './exchange.ts';
import type { Answer } from '../http/answer.ts';

export const serviceRoutes: readonly ODataRoute[] = [
  { kind: 'databases', method: 'GET', path: '', scope: 'server', handle: files },
  { kind: 'metadata', method: 'GET', path: ':database', scope: 'database', handle: occurrences },
];

function files({ simulation, account, form }: ServerExchange): Answer {
  const root = `${simulation.url}${odataRoot}`;
  const own = simulation.options.accounts.find(({ name }) => name === account)?.databases;
  const names = [...simulation.databases.keys()].filter((name) => own?.includes(name) ?? true);
  const value = names.map((name) => ({
    name,
    kind: 'EntityContainer',
    url: `${root}/${encodeURIComponent(name)}`,
  }));
  return jsonAnswer(
    JSON.stringify({ [annotation(form.style, 'context')]: `${root}/$metadata`, value }),
    form,
  );
}

function occurrences({ database, databaseUrl, form }: ODataExchange): Answer {
  const value = database.occurrences.map(({ name }) => ({
    name,
    kind: 'EntitySet',
    url: `${databaseUrl}/${encodeURIComponent(name)}`,
  }));
  return jsonAnswer(
    JSON.stringify({ [annotation(form.style, 'context')]: `${databaseUrl}/$metadata`, value }),
    form,
  );
}
