/** How large a function is as it is deployed: a cold start reads and compiles all of it. */
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { forNode } from '../../infra/bundle-settings.ts';

/**
 * Bytes of the code of one function. The largest has 2.4 MB now, of which undici is 0.74, zod 0.46 and the AWS SDK some 0.6: a package
 * that comes in by accident, such as a second HTTP client, is seen here.
 */
const mostBytes = 2_500_000;

test('the function that has most of the engine is deployed with no more code than it had reason to', async () => {
  const { outputFiles } = await build({
    entryPoints: ['functions/sweep.ts'],
    outfile: 'index.mjs',
    write: false,
    ...forNode,
    target: 'node24',
    minify: true,
  });
  const [code] = outputFiles;
  expect(code?.contents.byteLength).toBeLessThan(mostBytes);
}, 60_000);
