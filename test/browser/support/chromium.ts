/** Where Chromium is: `CHROMIUM`, or as Debian installs it. */
export const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
