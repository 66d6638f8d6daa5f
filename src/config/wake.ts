/**
 * `wake` of a server and `webhook` of the file: whether FileMaker itself calls when something changed, and where. On AWS the stack has
 * an address of its own; a process of one machine has to be told where it is reached.
 */
import { z } from 'zod';
import type { Finding, Mistake } from './problem.ts';
import { parsed, text } from './schema-parts.ts';
import { isLoopback } from './url-mistake.ts';

export const wake = z
  .enum(['schedule', 'webhook'])
  .default('schedule')
  .describe(
    'What has the server read: schedule alone (default), or webhook: FileMaker Server 22.0.4 or later calls when a table changed, and the schedule finds what no call told of',
  );

/** Where this process listens. */
export type Listen = { readonly host: string; readonly port: number };

const listenPattern = String.raw`^(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$`;

function parseListen(entry: string): Listen | Mistake {
  const [, host, port] = new RegExp(listenPattern).exec(entry) ?? [];
  const number = Number(port);
  if (host !== undefined && number >= 1 && number <= 65_535)
    return { host: host.replaceAll(/[[\]]/g, ''), port: number };
  return {
    code: 'config-address',
    message: 'not an address of this machine with a port',
    remedy: 'Write one such as 0.0.0.0:8766, which is each address that this machine has',
  };
}

/** Ends without a slash. */
function parseUrl(entry: string): string | Mistake {
  const url = URL.parse(entry);
  const remedy = 'Write one such as https://sync.example.com or http://192.168.1.5:8766';
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return { code: 'config-address', message: 'not an address that FileMaker Server could call', remedy };
  if (url.username !== '' || url.password !== '' || entry.includes('@'))
    return {
      code: 'config-credentials',
      message: 'credentials in the address (not shown here)',
      remedy: 'Take them out: calls carry a secret of their own, which ServerSync makes',
    };
  if (/[?#]/.test(entry))
    return { code: 'config-address', message: 'more than scheme, host, port and path', remedy };
  return entry.replace(/\/$/, '');
}

export const webhook = z
  .strictObject({
    listen: parsed(parseListen).meta({
      description:
        'Address and port of this machine at which run --watch takes calls, such as 0.0.0.0:8766 for each address that it has',
      pattern: listenPattern,
      examples: ['0.0.0.0:8766', '192.168.1.5:8766'],
    }),
    url: parsed(parseUrl)
      .optional()
      .meta({
        description:
          'Address by which FileMaker Server reaches it, where it is not that of listen, such as https://sync.example.com',
        examples: ['https://sync.example.com', 'http://192.168.1.5:8766'],
      }),
  })
  .optional()
  .describe(
    'A map of where run --watch is called by FileMaker Server: listen and url; on AWS the stack has its own address',
  );

export type WebhookConfiguration = { readonly listen: Listen; readonly url: string };

export function webhookOf(entry: z.output<typeof webhook>): WebhookConfiguration | undefined {
  if (entry === undefined) return undefined;
  const { listen, url } = entry;
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
  return { listen, url: url ?? `http://${host}:${listen.port}` };
}

const looseFile = z.object({
  servers: z
    .record(
      z.string(),
      z.object({ wake: z.unknown().optional(), url: text.optional().catch(undefined) }).catch({}),
    )
    .catch({}),
  webhook: z
    .object({ listen: text.optional().catch(undefined), url: z.unknown().optional() })
    .optional()
    .catch(undefined),
});

/** Every address of a machine is none that another one could call. */
const isEveryAddress = (listen: string): boolean => /^(0\.0\.0\.0|\[::\]):/.test(listen);

export function wakeFindings(file: unknown): readonly Finding[] {
  const { data } = looseFile.safeParse(file);
  if (data?.webhook === undefined) return [];
  const { listen, url } = data.webhook;
  const woken = Object.entries(data.servers).filter(
    ([, { wake: one }]) => one !== undefined && one !== 'schedule',
  );
  if (woken.length === 0)
    return [
      {
        path: ['webhook'],
        at: 'name',
        code: 'config-no-effect',
        message: 'no server is woken by webhooks',
        remedy: 'Write wake: webhook for a server with FileMaker Server 22.0.4 or later, or take it out',
      },
    ];
  if (listen === undefined) return [];
  if (url === undefined && isEveryAddress(listen))
    return [
      {
        path: ['webhook', 'url'],
        at: 'value',
        code: 'config-missing',
        message: `missing: ${listen} is each address of this machine`,
        remedy: 'Write the one by which FileMaker Server reaches it, such as http://192.168.1.5:8766',
      },
    ];
  const remote = woken.find(([, server]) => isElsewhere(server.url));
  const called = typeof url === 'string' ? (URL.parse(url)?.hostname ?? '') : listen.replace(/:\d+$/, '');
  if (remote === undefined || !isLoopback(called)) return [];
  return [
    {
      path: ['webhook', url === undefined ? 'listen' : 'url'],
      at: 'value',
      code: 'config-address',
      message: `${called} is reached from this machine alone, and server ${remote[0]} is another one`,
      remedy:
        'Write listen: 0.0.0.0:8766, and in url the address by which that server reaches this machine, such as http://192.168.1.5:8766',
    },
  ];
}

const isElsewhere = (url: string | undefined): boolean => {
  const host = url === undefined ? undefined : URL.parse(url)?.hostname;
  return host !== undefined && !isLoopback(host);
};
