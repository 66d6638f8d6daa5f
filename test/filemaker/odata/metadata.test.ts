/** What is read once for all who ask within a moment. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openTransport } from '../../../src/filemaker/http/transport.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { never, openServer } from '../../contracts/server/kind.ts';

const odata = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

/** A server that tells of the whole file only; `onWhole` before it is asked for that, and once so many requests for one table were answered. */
function wholeFileOnly(behind: number, onWhole: () => void) {
  const asked = { whole: 0, one: 0 };
  const open: typeof openTransport = (options) => {
    const transport = openTransport(options);
    const send: typeof transport.send = async (request, signal) => {
      const isOfOne = request.path.includes('%23');
      if (!isOfOne && request.path.endsWith('/$metadata')) {
        asked.whole += 1;
        while (asked.one < behind) await setImmediate();
        // Who was answered goes on first.
        await setImmediate();
        onWhole();
      }
      const reply = await transport.send(request, signal);
      if (!isOfOne || reply.kind !== 'response') return reply;
      asked.one += 1;
      const text = '{"error":{"code":"-1002","message":"syntax error"}}';
      return { ...reply, status: 400, contentType: 'application/json', text };
    };
    return { ...transport, send };
  };
  return { asked, open };
}

test('who gives up takes nothing from others who wait for the same file', async () => {
  const first = new AbortController();
  const { asked, open } = wholeFileOnly(4, () => first.abort(new Error('enough')));
  await using opened = await openServer(odata, { options: { open } });
  const layout = (signal: AbortSignal) => opened.server.layout('Sales', 'Contacts', signal);
  const [gaveUp, waited] = await Promise.allSettled([layout(first.signal), layout(never)]);
  expect(gaveUp).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
  expect(waited).toMatchObject({ status: 'fulfilled' });
  expect(asked.whole).toBe(1);
});

test('where all give up, the file is read anew for who asks next', async () => {
  const first = new AbortController();
  const { asked, open } = wholeFileOnly(0, () => asked.whole === 1 && first.abort(new Error('enough')));
  await using opened = await openServer(odata, { options: { open } });
  await expect(opened.server.layout('Sales', 'Contacts', first.signal)).rejects.toThrow('enough');
  expect(await opened.server.layout('Sales', 'Contacts', never)).not.toEqual([]);
  expect(asked.whole).toBe(2);
});
