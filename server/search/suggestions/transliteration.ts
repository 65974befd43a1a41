/** No more spellings than this are tried for a word. */
const mostSpellings = 12;

/** How letters of one alphabet are written in the other, the longest first; several where people differ. */
type Table = readonly (readonly [written: string, ...meant: string[]])[];

const toRussian: Table = [
  ["shch", "щ"],
  ["sch", "щ", "сч"],
  ["iya", "ия"],
  ["yo", "ё", "йо"],
  ["jo", "ё"],
  ["zh", "ж"],
  ["kh", "х"],
  ["ts", "ц", "тс"],
  ["ch", "ч"],
  ["sh", "ш"],
  ["yu", "ю"],
  ["ju", "ю"],
  ["iu", "ю"],
  ["ya", "я"],
  ["ja", "я"],
  ["ia", "ия", "я"],
  ["ye", "е", "ые"],
  ["je", "е"],
  ["iy", "ий"],
  ["yy", "ый"],
  ["ij", "ий"],
  ["yj", "ый"],
  ["ey", "ей"],
  ["ay", "ай"],
  ["oy", "ой"],
  ["uy", "уй"],
  ["ck", "к"],
  ["a", "а"],
  ["b", "б"],
  ["c", "к", "ц"],
  ["d", "д"],
  ["e", "е", "э"],
  ["f", "ф"],
  ["g", "г"],
  ["h", "х"],
  ["i", "и"],
  ["j", "й", "ж"],
  ["k", "к"],
  ["l", "л"],
  ["m", "м"],
  ["n", "н"],
  ["o", "о"],
  ["p", "п"],
  ["q", "к"],
  ["r", "р"],
  ["s", "с"],
  ["t", "т"],
  ["u", "у"],
  ["v", "в"],
  ["w", "в"],
  ["x", "кс", "х"],
  ["y", "ы", "ий", "ый", "й"],
  ["z", "з"],
  ["'", "ь"],
];

/** Where Ukrainian differs. */
const ukrainianOnly: Table = [
  ["zgh", "зг"],
  ["iia", "ія"],
  ["iya", "ія"],
  ["ia", "я", "іа"],
  ["ie", "є"],
  ["ye", "є"],
  ["je", "є"],
  ["yi", "ї"],
  ["ii", "ії"],
  ["yo", "йо"],
  ["yy", "ий"],
  ["iy", "ій"],
  ["yi", "ї"],
  ["h", "г"],
  ["g", "г"],
  ["i", "і", "ї", "й"],
  ["y", "и", "й"],
  ["e", "е"],
];
const toUkrainian: Table = [
  ...ukrainianOnly,
  ...toRussian.filter(([written]) => !ukrainianOnly.some(([own]) => own === written)),
].toSorted(([a], [b]) => b.length - a.length);

const toLatin: Table = [
  ["ий", "y", "iy"],
  ["кс", "x", "ks"],
  ["а", "a"],
  ["б", "b"],
  ["в", "v", "w"],
  ["г", "g", "h"],
  ["д", "d"],
  ["е", "e"],
  ["ё", "yo", "e"],
  ["ж", "zh"],
  ["з", "z"],
  ["и", "i", "y"],
  ["й", "y", "i"],
  ["к", "k", "c"],
  ["л", "l"],
  ["м", "m"],
  ["н", "n"],
  ["о", "o"],
  ["п", "p"],
  ["р", "r"],
  ["с", "s"],
  ["т", "t"],
  ["у", "u"],
  ["ф", "f"],
  ["х", "kh", "h"],
  ["ц", "ts", "c"],
  ["ч", "ch"],
  ["ш", "sh"],
  ["щ", "shch"],
  ["ъ", ""],
  ["ы", "y"],
  ["ь", ""],
  ["э", "e"],
  ["ю", "yu", "iu"],
  ["я", "ya", "ia"],
  ["є", "ie", "ye"],
  ["і", "i"],
  ["ї", "i", "yi"],
  ["ґ", "g"],
];

/** How a word in small letters may be written in the other alphabet, the likeliest first; nothing for one of both or neither. */
export function transliterations(word: string): readonly string[] {
  if (/^[a-z']+$/.test(word))
    return [...new Set([...spellings(word, toRussian), ...spellings(word, toUkrainian)])];
  return /^[а-яёіїєґ']+$/.test(word) ? spellings(word, toLatin) : [];
}

function spellings(word: string, table: Table): readonly string[] {
  let written: readonly string[] = [""];
  for (let at = 0; at < word.length;) {
    const [letters = word.charAt(at), ...meant] =
      table.find(([each]) => word.startsWith(each, at)) ?? [];
    const choices = meant.length === 0 ? [letters] : meant;
    // The first choice for each stands first in the list.
    written = choices
      .flatMap((choice) => written.map((before) => before + choice))
      .slice(0, mostSpellings);
    at += letters.length;
  }
  return written;
}
