/**
 * Who may read a file on Windows, beside its owner and administrators: from its security descriptor, whose letters are the
 * same in every language ("Security Descriptor String Format" and "ACE Strings", Windows documentation).
 */
import { spawnSync } from 'node:child_process';

/** Wide groups, by the SDDL letters of each or the number that it may be written as. */
const wide: Readonly<Record<string, string>> = {
  WD: 'everyone',
  'S-1-1-0': 'everyone',
  AU: 'all who are logged in',
  'S-1-5-11': 'all who are logged in',
  BU: 'all users of this machine',
  'S-1-5-32-545': 'all users of this machine',
  IU: 'whoever works at this machine',
  'S-1-5-4': 'whoever works at this machine',
  AN: 'guests',
  'S-1-5-7': 'guests',
  BG: 'guests',
  'S-1-5-32-546': 'guests',
  DU: 'all users of the domain',
};

/** The wide groups that a security descriptor lets in; an entry that denies lets nobody in. */
export function readersIn(sddl: string): readonly string[] {
  const entries = [...sddl.matchAll(/\(([^;)]*);[^;)]*;[^;)]*;[^;)]*;[^;)]*;([^;)]*)\)/g)];
  const found = entries.flatMap(([, kind = '', account = '']) => {
    const group =
      wide[account] ?? (/^S-1-5-21-.*-513$/.test(account) ? 'all users of the domain' : undefined);
    return kind === 'A' && group !== undefined ? [group] : [];
  });
  return [...new Set(found)];
}

/** Nobody is let in where it cannot be told: then that is what it says. Not seen on Windows yet. */
export function windowsReaders(path: string): readonly string[] {
  const script = '(Get-Acl -LiteralPath $env:SERVERSYNC_FILE).Sddl';
  const asked = spawnSync('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script], {
    env: { ...process.env, SERVERSYNC_FILE: path },
    encoding: 'utf8',
  });
  const sddl = asked.stdout ?? '';
  return asked.status === 0 && sddl.includes('D:') ? readersIn(sddl) : ['whom is not known (Get-Acl failed)'];
}
