/** Opens an address by the means of the operating system. */
import { spawn } from 'node:child_process';

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  // `start` would need a shell, and take `&` in an address for another command.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** `failed`: there is no such means here. */
export function openInBrowser(address: string, failed: () => void): void {
  const [program, ...args] = openers[process.platform] ?? (['xdg-open'] as const);
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', failed);
  child.unref();
}
