import {existsSync} from 'node:fs';

/** Where a Chromium may stand; CHROMIUM overrides. */
const CANDIDATES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

/** The path of an installed Chromium, or undefined. */
export const chromiumPath = () => CANDIDATES.find((path) => path && existsSync(path));

/** Headless, silent on the network, with WebGPU on the software adapter. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];
