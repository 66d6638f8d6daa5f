/** Services to be kept, and a system that puts down what it is asked and does nothing. */
import type { Ran, Service } from '../../../src/cli/service/manager.ts';
import type { System } from '../../../src/cli/service/system.ts';

/** A path with everything that one of the three formats takes for something else. */
export const oddPath = `/srv/a b/100%h $HOME \${X} "q" 'p' \\ <&> ü/serversync.yaml`;

export const command = (config: string): readonly string[] => [
  '/opt/node',
  'main.ts',
  'run',
  '--config',
  config,
];

export const sample = (config: string, more: Partial<Service> = {}): Service => ({
  name: 'serversync',
  scope: 'user',
  user: { name: 'anna', uid: 1000, gid: 1000 },
  home: '/home/anna',
  command: command(config),
  configFile: config,
  writes: ['/srv/state'],
  ...more,
});

export type Answers = (command: readonly string[]) => Partial<Ran> | undefined;

export type FakeSystem = System & { readonly asked: readonly string[] };

/** Each command that is not answered succeeds and says nothing. */
export function fakeSystem(
  platform: NodeJS.Platform,
  home: string,
  answers: Answers = () => undefined,
): FakeSystem {
  const asked: string[] = [];
  // Files of tests belong to whoever runs them.
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return {
    platform,
    user: { name: 'anna', uid, gid },
    scope: platform === 'win32' ? 'system' : 'user',
    home,
    asked,
    ask: async (words) => {
      asked.push(words.join(' '));
      return { code: 0, stdout: '', stderr: '', ...answers(words) };
    },
  };
}
