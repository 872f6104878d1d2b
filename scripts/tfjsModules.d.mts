export declare const tfjsModules: {find: RegExp; replacement: string}[];
