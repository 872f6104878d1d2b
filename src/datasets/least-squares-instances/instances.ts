/** An instance of binary least squares with whole-number inputs. */
interface Instance {
  /** A word for each sample, a letter for each input: a to g stand for -3 to 3. */
  readonly rows: string;
  readonly y: readonly number[];
}

/** Drawn for Basin's reference file, where their optima, bounds and traces stand. */
export const INSTANCES: Readonly<Record<string, Instance>> = {
  ls8: {
    rows: 'ebdbeddb cdbbedef cecedfdb fcfedebc ebbdfeee ddbcdfdd ddefecee dffeefeb bdfcdcdd dcebfeee',
    y: [10, -4, 5, 12, -3, -6, -1, 9, 0, -1],
  },
  ls10: {
    rows: 'ebdffceedf ddbdcbdbce cbbddecced ebedefcebc dcbedbcbef cfedceffef ffbbfcfdfe befbfbcbdc',
    y: [-1, -4, 5, -3, 0, -4, -7, -11],
  },
  ls12a: {
    rows: 'eadggbefcgdd acbbdacfcbac efcbedfbfdfg bfbccbbfeaba egbgfcceggeg fgaagcgdgebe gagbcaccedda ffbbcgcbedca aaceeaddbfbg ggabagcfgabg',
    y: [14, 7, -22, -3, -8, -19, -6, 5, 17, -22],
  },
  ls12b: {
    rows: 'fcbdgedcfafb cfeaecgagaab agdegbdcadaa gfagagdbeafg fdgaegfedaff dcggdcagcdfg gdbeeegbbcda cfbfcccfdgba eaffecceabfg eaegaedffcda',
    y: [-5, 7, 7, -9, -7, 10, -15, 11, -10, -6],
  },
  pm12: {
    rows: 'eeeeecceecee ceececceeece eccccceeeece ecccecccceee ececeecceeee ccececceeeec cceeeeceeece ecceeceecccc eecececcecce ceeccececccc cceceeeecece ceceeeceeeec ccceceeeecec eccecccceecc',
    y: [-1.95, 0.56, 0.99, 0.55, -1.21, -0.71, -1.15, -0.58, -0.36, 0.05, 0.37, -1.1, -0.88, 0.24],
  },
  ls16a: {
    rows: 'gcbabdageefcfgdf cdfggdcfbfdcdadd fafccdaebdbgfgcb edafgadgedgcfcde abdffadegebefcgf bgcggdaaaaeaggec cegbefeggeaefbbf cggafcgdaeageddf cbggcafafcdeagdg ffgcddeccdeefafg',
    y: [-5, -13, -12, -1, 0, 15, 13, -7, 7, 6],
  },
  ls16b: {
    rows: 'ebdffceedfddbdcb dbcecbbddeccedeb edefcebcdcbedbcb efcfedceffefffbb fcfdfebefbfbcbdc eddbffcbcfcbedcb bbceebddcecfffbb bfcefbcfeecbbddc fcffeecccccffbcb beccbfcfddeccdee bceebcdfeccebfdd ebbfbececdfbbbeb dcecbffbfbcedceb cfedbbecbeebbbde',
    y: [-12, -2, 2, -3, 3, 14, 2, 3, -12, 3, 7, -4, 19, -3],
  },
  ls20a: {
    rows: 'ebdbeddbcdbbedefcece dfdbfcfedebcebbdfeee ddbcdfddddefeceedffe efebbdfcdcdddcebfeee bdbeeefffdfffcefcdbe dcfbfbdfbebcfdbbbeef efbbbeedecfbfbcdddce bdecdcfbbbbfefcbccbb dcbddcfffccccebbcfcd bdfbfcbbdefddfeffecd',
    y: [2, 0, 1, -1, 1, 5, -1, 7, 8, 7],
  },
  ls20b: {
    rows: 'eadggbefcgddacbbdacf cbacefcbedfbfdfgbfbc cbbfeabaegbgfcceggeg fgaagcgdgebegagbcacc eddaffbbcgcbedcaaace eaddbfbgggabagcfgabg ffbabcdcgcggeebccbbg gbcaafcbbfcgdcecbdff abeeacdgecceagddeaaf aebecdgaabeadcfbagga gacedceabgedabebbeea aaceefeegaggafddcaae caddegdfacfbgfabeafg cgfededbbgeaeebbgbad cgedaeafgbegeecedfgc ffbbgcgdedafefaaffbc',
    y: [9, -12, -2, 1, -2, 15, -27, -1, -14, 8, -9, -26, -15, 3, 3, -7],
  },
  ring6: {
    rows: 'edddd ecddd decdd ddecd dddec dddde',
    y: [1, 0, 0, 0, 0, 1],
  },
  ring10: {
    rows: 'edddddddd ecddddddd decdddddd ddecddddd dddecdddd ddddecddd dddddecdd ddddddecd dddddddec dddddddde',
    y: [1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  },
  ls28: {
    rows: 'daebdaaggbgcaadfedcbggbgfgeg ggbdbcbfceegdgeebffbcceaccbc bcacagdaddadeccgabeefgbecfbb faaecfdgfbbdcdbabcbffaeagcff gceacgbeacabfedbggdefcbcdffa bgaaedgagcddcbcbcdegdggfadce dagaadfbegbdcbcgcdfbgadacgeg acecfgedacgffbcgebcbedbgdcfb ggbegeedaafcgdcggeeacbeccfdb aafbgbaeeeegegeccadcgbcdcgcg geabaagefacgadfccegfaddaaefb ggbgfggeeacagdfgeaabgeddcfdf cbddfcefdcgcdabgffffeagafggb bbbfedageagcbdbacabbdcccabfa cegdefagagagacggeeedggdefgbb aabefggfefccfcfbdfagceaafcaa daacaffgadcbgagdbfdgcfddfdcc afacfcfddafafcfgbebegddbbfbg bfecfaafgaeeccfbgfegccbfgfdb fegfbbeebffcbdeedbgbggbgbafg cbcbefcacdceaddgfdeefdggcaea eaeddgadgbfbbgeceeacfgeeabdf gbeefgadfeddagcddefggbeedaae ecdcgdefcegagdbdgbaaeccfbfed acgfgfecgcceaeacbeffdeceegga ececgfbaffefdeafbefebcaaacfa cbdfaaafbadegdeffdbdcedcgaab dcdffdfccfadcbdcffgcbgdecefd efbdgdaffbbgggbeagcbcddcfcaf abdgeaegcgdccgagbfafdcacffbc',
    y: [2, -1, -3, 2, 8, -19, 23, -1, -12, 26, 6, -6, -3, -5, -13, 9, 15, -5, -13, -21, 6, -8, 11, 4, -37, 13, 0, -7, 14, -3],
  },
};

/** The inputs of a sample. */
export const inputsOf = (word: string): number[] => Array.from(word, (letter) => letter.charCodeAt(0) - 'd'.charCodeAt(0));
