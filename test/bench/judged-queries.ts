/*
 * What is asked of the judged posts, written by hand. Of each query: its words as typed, the same in other forms, and
 * for a name the common noun that is written alike.
 */

export type Tongue = "ru" | "en" | "uk";

export type JudgedQuery =
  | {
      readonly kind: "words" | "word";
      readonly tongue: Tongue;
      readonly typed: string;
      readonly bent: string;
    }
  /** `common`: sentences with the noun, the typed letters among them. */
  | {
      readonly kind: "name";
      readonly tongue: Tongue;
      readonly typed: string;
      readonly common: readonly string[];
    };

const words: Readonly<Record<Tongue, readonly (readonly [typed: string, bent: string])[]>> = {
  ru: [
    ["ремонт дороги", "ремонтом дорог"],
    ["цена нефти", "ценами нефти"],
    ["выборы губернатора", "выборах губернаторов"],
    ["нейронная сеть", "нейронных сетей"],
    ["машинное обучение", "машинного обучения"],
    ["курс доллара", "курсом доллара"],
    ["пожар склада", "пожаром склада"],
    ["закрытие аэропорта", "закрытием аэропортов"],
    ["летний отдых", "летнего отдыха"],
    ["городской парк", "городских парках"],
    ["ставка банка", "ставками банков"],
    ["детская больница", "детской больнице"],
    ["урожай пшеницы", "урожая пшеницы"],
    ["музыкальный фестиваль", "музыкального фестиваля"],
    ["запуск ракеты", "запуском ракет"],
    ["пенсионный возраст", "пенсионного возраста"],
    ["задержка зимнего рейса", "задержками зимних рейсов"],
    ["новая станция метро", "новой станции метро"],
    ["премия лучшему режиссёру", "премией лучших режиссёров"],
    ["приём школьных заявлений", "приёма школьного заявления"],
  ],
  en: [
    ["climate change", "climates changed"],
    ["interest rate", "interest rates"],
    ["solar panel", "solar panels"],
    ["water shortage", "water shortages"],
    ["prime minister", "prime ministers"],
    ["electric car", "electric cars"],
    ["forest fire", "forest fires"],
    ["bridge collapse", "bridges collapsed"],
    ["data leak", "data leaks"],
    ["border crossing", "borders crossings"],
    ["heat wave", "heat waves"],
    ["museum theft", "museum thefts"],
    ["public health report", "public health reports"],
    ["cheap train ticket", "cheap train tickets"],
  ],
  uk: [
    ["міська рада", "міської ради"],
    ["ціна хліба", "ціною хліба"],
    ["залізничний вокзал", "залізничного вокзалу"],
    ["нова школа", "нової школи"],
    ["дитячий садок", "дитячого садка"],
    ["зимова дорога", "зимової дороги"],
    ["народна пісня", "народної пісні"],
    ["молода вчителька", "молодої вчительки"],
  ],
};

const single: Readonly<Record<Tongue, readonly (readonly [typed: string, bent: string])[]>> = {
  ru: [
    ["землетрясение", "землетрясением"],
    ["библиотека", "библиотеками"],
    ["эпидемия", "эпидемией"],
    ["забастовка", "забастовкой"],
    ["наводнение", "наводнения"],
    ["олимпиада", "олимпиады"],
    ["вулкан", "вулканов"],
    ["археологи", "археологам"],
  ],
  en: [
    ["earthquake", "earthquakes"],
    ["libraries", "library"],
    ["vaccine", "vaccines"],
    ["lawsuit", "lawsuits"],
    ["glacier", "glaciers"],
    ["festival", "festivals"],
  ],
  uk: [
    ["бібліотека", "бібліотеки"],
    ["лікарня", "лікарнею"],
    ["фортеця", "фортеці"],
    ["мандрівка", "мандрівки"],
  ],
};

const names: Readonly<Record<Tongue, readonly (readonly [typed: string, ...common: string[]])[]>> =
  {
    ru: [
      ["Песков", "барханы песков тянутся", "мокрый песок и сухие пески"],
      ["Волков", "стая волков вышла", "голодный волк и молодые волки"],
      ["Орлов", "гнездо орлов нашли", "старый орёл и горные орлы"],
      ["Комаров", "туча комаров поднялась", "мелкий комар и злые комары"],
      ["Соколов", "пара соколов кружит", "быстрый сокол и ручные соколы"],
      ["Зайцев", "следы зайцев видны", "серый заяц и белые зайцы"],
      ["Козлов", "загон козлов открыт", "горный козёл и дикие козлы"],
      ["Котов", "приют котов закрыли", "рыжий кот и бродячие коты"],
      ["Баранов", "стадо баранов гонят", "чёрный баран и тучные бараны"],
    ],
    en: [
      ["Cook", "they cook soup", "cooks cooked, cooking all night"],
      ["Brown", "some brown bread", "a brown coat and a brown hat"],
      ["Rice", "boiled rice again", "rice with rice and more rice"],
      ["Bush", "a bush burned", "bushes and a thorny bush"],
      ["Baker", "the baker woke", "bakers and another baker"],
    ],
    uk: [
      ["Мороз", "сильний мороз вночі", "морози та знову мороз"],
      ["Коваль", "старий коваль працює", "ковалі та молодий коваль"],
      ["Ткач", "вправний ткач тче", "ткачі та інший ткач"],
    ],
  };

const tongues = ["ru", "en", "uk"] as const;

export const judgedQueries: readonly JudgedQuery[] = tongues.flatMap((tongue) => {
  const queries: JudgedQuery[] = [];
  for (const [typed, bent] of words[tongue]) queries.push({ kind: "words", tongue, typed, bent });
  for (const [typed, bent] of single[tongue]) queries.push({ kind: "word", tongue, typed, bent });
  for (const [typed, ...common] of names[tongue])
    queries.push({ kind: "name", tongue, typed, common });
  return queries;
});

export const ukrainianFiller: readonly string[] =
  `ранок вечір місто село вулиця будинок річка поле сусід родина сестра брат мати батько дитина робота свято
  подарунок книга газета новина розмова історія хвилина година тиждень місяць осінь весна літо сонце вітер дощ хмара
  гора море озеро човен потяг автобус квиток магазин ринок яблуко груша молоко сир масло вода кава чай обід вечеря
  стіл стілець вікно двері ключ замок пошта лист марка друг подруга зустріч прогулянка казка вистава театр`.split(
    /\s+/,
  );
