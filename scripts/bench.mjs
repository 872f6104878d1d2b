import {launch} from './launch.mjs';

/** `npm run -s bench`: the timings of tests/bench/bench.ts on this machine. */
await launch('bench');
