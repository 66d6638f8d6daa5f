/** What the ports promise, kept by the state on AWS over a second emulator of AWS: what one of the two does otherwise than AWS shows there. */
import { afterAll } from 'vitest';
import { startEmulator } from './emulator/emulator.ts';

// No function is called here.
const emulator = await startEmulator('http://127.0.0.1:9');
afterAll(() => emulator[Symbol.asyncDispose]());

// The contracts read it as they are loaded.
process.env['SERVERSYNC_AWS_ENDPOINT'] = emulator.url;
await import('../state/aws/contracts.test.ts');
