/** Keys of a keyboard in rows, without Shift and with it. */
const latin = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>";
const russian = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ";
const ukrainian = "'йцукенгшщзхїфівапролджєячсмитьбю'ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮ";

/** What the same keys type on another keyboard, where all of it is of one: `ghbdtn` is `привет`, `<f[ven` is `Бахмут`. */
export function otherKeyboards(typed: string): readonly string[] {
  const texts = [
    swapped(typed, latin, russian),
    swapped(typed, latin, ukrainian),
    swapped(typed, russian, latin),
    swapped(typed, ukrainian, latin),
  ];
  return [...new Set(texts)].filter((text) => text !== typed && isOfOneAlphabet(text));
}

function swapped(typed: string, from: string, to: string): string {
  return Array.from(typed, (char) => {
    const key = from.indexOf(char);
    return key === -1 ? char : to[key]!;
  }).join("");
}

function isOfOneAlphabet(text: string): boolean {
  return !(/\p{Script=Latin}/u.test(text) && /\p{Script=Cyrillic}/u.test(text));
}
