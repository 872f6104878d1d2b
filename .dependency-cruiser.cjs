/**
 * Who may import whom. `npm run imports` (scripts/imports.mjs) checks it.
 *
 * That script hands dependency-cruiser a list of imports rather than the sources, since this version
 * cannot read TypeScript 7. `everywhere` are rules on every import, `atRunTime` those on what is left
 * when `import type` is gone.
 */
const PLUGINS = 'datasets|losses|problems|solvers';
const REGISTRIES = `(?:${PLUGINS})/registry[.]ts`;
const CATALOGUE = 'catalogue[.]ts';

/** What a folder may import from src/ besides itself, and what to do instead of anything else. */
const MAY_IMPORT = {
  core: [[], 'core stands alone. Move what it needs into core, or move this code to the folder that may import both.'],
  numerics: [['core/'], 'numerics is mathematics without state: pass what it needs as an argument.'],
  presets: [['core/'], 'A preset is data. It names plugins by id and never imports them.'],
  engine: [
    ['core/', 'numerics/', CATALOGUE],
    'The engine knows plugins by id only: it loads them through hostPlugins.ts and tensorPlugins.ts. The page is told by messages.',
  ],
  headless: [['core/', 'numerics/', 'engine/', 'presets/', CATALOGUE], 'Headless drives the engine and holds numerics to references; what the page shares with it belongs in core.'],
  client: [['core/'], 'The client speaks the protocol of core. It starts the engine only by new Worker(new URL(...)).'],
  state: [['core/', 'client/', 'presets/', CATALOGUE], 'State knows no view and no engine: ask through client, show in ui.'],
  ui: [['core/', 'state/', 'presets/', CATALOGUE], 'The ui shows state and calls its actions; what it needs from a worker goes through state.'],
};

const ladder = Object.entries(MAY_IMPORT).map(([folder, [allowed, comment]]) => ({
  name: `${folder}-imports`,
  severity: 'error',
  comment,
  from: {path: `^src/${folder}/`},
  to: {path: '^src/', pathNot: `^src/(?:${[`${folder}/`, ...allowed].join('|')})`},
}));

const islands = [
  {
    name: 'plugins-are-islands',
    severity: 'error',
    comment: 'A plugin imports core, numerics and its own folder. What two plugins share belongs in numerics.',
    from: {path: `^src/(${PLUGINS})/([^/]+)/`},
    to: {path: '^src/', pathNot: '^src/(?:core|numerics)/|^src/$1/$2/'},
  },
  {
    name: 'registries-list-specs',
    severity: 'error',
    comment: 'A registry imports the spec.ts of its own plugins (and types of core), so that the page can list them without their code.',
    from: {path: `^src/(${PLUGINS})/registry[.]ts`},
    to: {path: '^src/', pathNot: '^src/core/|^src/$1/[^/]+/spec[.]ts'},
  },
  {
    name: 'catalogue-lists-registries',
    severity: 'error',
    comment: 'The catalogue imports the registries and core, nothing else.',
    from: {path: `^src/${CATALOGUE}`},
    to: {path: '^src/', pathNot: `^src/(?:core/|${REGISTRIES})`},
  },
];

const packages = [
  {
    name: 'core-packages',
    severity: 'error',
    comment: 'core uses zod and fflate, and TensorFlow.js for types. Another package belongs in numerics, engine or ui.',
    from: {path: '^src/core/'},
    to: {pathNot: '^src/|(?:^|/)(?:zod|fflate|@tensorflow)(?:/|$)'},
  },
  {
    name: 'react-stays-in-ui',
    severity: 'error',
    comment: 'Only ui knows React and what builds on it. Put the component there and the logic where it is.',
    from: {path: '^src/', pathNot: '^src/ui/'},
    to: {path: '(?:^|/)(?:react|react-dom|@mantine|recharts)(?:/|$)'},
  },
  {
    name: 'node-stays-in-headless',
    severity: 'error',
    comment: 'Everything but headless runs in a browser. Take a function as an argument (like ReadDataFile) and let headless supply it.',
    from: {path: '^src/', pathNot: '^src/headless/'},
    to: {dependencyTypes: ['core']},
  },
];

const tensors = [
  {
    name: 'tfjs-stays-in-workers',
    severity: 'error',
    comment: 'Here TensorFlow.js may only be imported with `import type`. Code that computes with tensors belongs in numerics, the engine, or a plugin beside its spec.ts and host.ts.',
    from: {path: '^src/', pathNot: `^src/(?:numerics|engine|headless)/|^src/(?:${PLUGINS})/[^/]+/(?!spec|host|dataset)`},
    to: {path: '@tensorflow/'},
  },
  {
    name: 'page-never-reaches-tfjs',
    severity: 'error',
    comment: 'The page and every spec must load without TensorFlow.js. Split the helper: descriptions in one file (like numerics/firstOrderSpec.ts), tensor code in another.',
    from: {path: `^src/(?:${CATALOGUE}|ui/main[.]tsx|(?:${PLUGINS})/[^/]+/spec[.]ts)`},
    to: {path: '@tensorflow/', reachable: true},
  },
  {
    name: 'instruments-never-reach-tfjs',
    severity: 'error',
    comment: 'Instruments and certificates compute in float64 on the host and must start at once: no TensorFlow.js below instrument.worker.ts, studies/certificate.ts, a host.ts or a certify.ts.',
    from: {path: `^src/engine/(?:instrument[.]worker|studies/certificate)[.]ts|^src/(?:${PLUGINS})/[^/]+/(?:host|certify)[.]ts`},
    to: {path: '@tensorflow/', reachable: true},
  },
];

const noCircular = {
  name: 'no-circular',
  severity: 'error',
  comment: 'Two files that need each other are one file, or lack a third that both import.',
  from: {},
  to: {circular: true},
};

module.exports = {
  everywhere: [...ladder, ...islands, ...packages],
  atRunTime: [...tensors, noCircular],
  options: {doNotFollow: {path: 'node_modules'}, moduleSystems: ['es6']},
};
