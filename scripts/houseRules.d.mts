export declare const houseFaults: (path: string, text: string) => string[];
