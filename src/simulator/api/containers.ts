/**
 * Container fields: upload as multipart, download in two steps.
 *
 * The address in fieldData answers a request with the session's token by 302 and the cookie X-FMS-Session-Key; the
 * bytes come with that cookie. Both end with the session: 401 after that.
 */
import { FileMakerFailure } from '../failure.ts';
import { htmlAnswer, ok, type Answer } from '../http/answer.ts';
import { param, type Exchange, type InSession, type Route } from '../http/exchange.ts';
import { layoutOf } from '../http/privileges.ts';
import { uploadedPart } from '../http/upload.ts';
import type { Session } from '../session.ts';
import type { Blob } from '../store/blobs.ts';
import { commitOptions, note, writableRow } from './write.ts';
import { layoutPath } from './paths.ts';
import { streamName, streamPath } from './stream-url.ts';

const containerPath = `${layoutPath}/records/:recordId/containers/:field`;

export const containerRoutes: readonly Route[] = [
  { kind: 'upload', method: 'POST', path: containerPath, body: 'multipart', auth: 'token', handle: upload },
  {
    kind: 'upload',
    method: 'POST',
    path: `${containerPath}/:repetition`,
    body: 'multipart',
    auth: 'token',
    handle: upload,
  },
  { kind: 'download', method: 'GET', path: `${streamPath}/:name`, auth: 'none', handle: download },
];

function upload(exchange: InSession): Answer {
  const { simulation } = exchange;
  const layout = layoutOf(exchange);
  const field = param(exchange, 'field');
  const slot = layout.slot(
    exchange.params['repetition'] ? `${field}(${param(exchange, 'repetition')})` : field,
  );
  if (slot.field.type !== 'container') throw new FileMakerFailure('201');
  const received = uploadedPart(exchange.uploads ?? []);
  const modId = exchange.query.get('modId') ?? undefined;
  const before = writableRow(exchange, layout, modId);
  const id = simulation.blobs.added(received);
  const row = layout.table.update(before.id, new Map([[slot.index, id]]), commitOptions(exchange, false));
  note(exchange, 'upload', layout, row.id, modId);
  return ok(simulation.profile.uploadReturnsModId ? `{"modId":"${row.modId}"}` : '{}');
}

function download(exchange: Exchange): Answer {
  const { simulation } = exchange;
  const name = param(exchange, 'name').replace(/\..*$/, '');
  const { session, withCookie } = streamSession(exchange);
  const blob = session && blobNamed(exchange, session, name);
  if (!session || !blob) return htmlAnswer(401);
  const url = `${simulation.url}${streamPath}/${param(exchange, 'name')}?${exchange.query.toString()}`;
  if (!withCookie) return redirect(url, session);
  simulation.onDownload?.();
  return fileAnswer(exchange, blob);
}

/** A whole file, or the part of it that is asked for. */
export function fileAnswer({ simulation, headers }: Exchange, blob: Blob): Answer {
  const { names = true, ranges = true, lengths = true } = simulation.options.containers ?? {};
  const [, asked] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  const from = ranges && asked !== undefined ? Number(asked) : 0;
  const told = {
    'Content-Type': blob.type === '' ? 'application/octet-stream' : blob.type,
    ...(names && { 'Content-Disposition': `attachment; filename="${inHeader(blob.name)}"` }),
    ...(ranges && { 'Accept-Ranges': 'bytes' }),
  };
  const file = { open: () => blob.open(from), size: blob.size - from, isTold: lengths };
  if (from === 0) return { status: 200, code: '0', body: '', file, headers: told };
  const range = `bytes ${from}-${blob.size - 1}/${blob.size}`;
  return { status: 206, code: '0', body: '', file, headers: { ...told, 'Content-Range': range } };
}

/** As UTF-8, which headers take for Latin-1. */
const inHeader = (name: string): string =>
  Buffer.from(name.replaceAll('"', '\\"'), 'utf8').toString('latin1');

const redirect = (url: string, session: Session): Answer => ({
  status: 302,
  code: '0',
  body: '',
  headers: { Location: url, 'Set-Cookie': `X-FMS-Session-Key=${session.streamKey}; Path=/; HttpOnly` },
});

function streamSession({ simulation, headers }: Exchange): {
  readonly session: Session | undefined;
  readonly withCookie: boolean;
} {
  const [, key] = /(?:^|;\s*)X-FMS-Session-Key=([^;]+)/.exec(headers.cookie ?? '') ?? [];
  const [, token] = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const session = simulation.sessions.all().find((one) => one.streamKey === key || one.token === token);
  return { session, withCookie: session !== undefined && session.streamKey === key };
}

function blobNamed({ simulation }: Exchange, session: Session, name: string): Blob | undefined {
  for (const [id, blob] of simulation.blobs.entries()) if (streamName(session, id) === name) return blob;
  return undefined;
}
