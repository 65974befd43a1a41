import type { Random } from "./random.ts";

export type Tongue = keyof typeof words;

/** A few sentences of common words in one language: they mean little, but look and break like text. */
export function sentences(random: Random, tongue: Tongue, count: number): string {
  return Array.from({ length: count }, () => sentence(random, tongue)).join(
    tongue === "chinese" ? "" : " ",
  );
}

function sentence(random: Random, tongue: Tongue): string {
  const [between, end] =
    tongue === "chinese" ? ["", "。"] : [" ", random.pick([".", ".", "!", "?"])];
  const length = random.whole(4, 14);
  const said = Array.from({ length }, () => random.pick(words[tongue])).join(between);
  return said.charAt(0).toUpperCase() + said.slice(1) + end;
}

const list = (line: string): readonly string[] => line.split(" ");
const words = {
  russian: list(
    "модель данные обучение выборка признак ошибка градиент слой вес нейрон функция потерь метрика качество запрос индекс сервер код тест ветка релиз очередь память поток ответ вопрос задача команда отчёт график ёлка объём подъём съёмка который чтобы после перед между если когда потому почти снова быстро точно медленно проверили считаем измерили сломали починили выложили забыли нашли и а но не на в по к с у из для это как так уже ещё",
  ),
  ukrainian: list(
    "модель дані навчання вибірка ознака помилка ґрадієнт шар вага нейрон функція втрат метрика якість запит індекс сервер пам'ять потік відповідь питання завдання команда звіт їжак об'єм який щоб після перед між якщо коли тому майже знову швидко точно і а але не на в по до з у із для це як так вже ще",
  ),
  english: list(
    "model data training sample feature error gradient layer weight neuron loss metric quality query index server code test branch release queue memory thread answer question task team report chart which because after before between if when almost again quickly exactly slowly we measured broke fixed shipped forgot found and but not on in by to with from for this as so already it's don't",
  ),
  chinese: list(
    "模型 数据 训练 样本 特征 错误 梯度 权重 损失 指标 查询 索引 服务器 代码 测试 内存 答案 问题 任务 团队 我们 已经 因为 以后 快速 准确 的 是 在 和",
  ),
  arabic: list(
    "النموذج البيانات التدريب العينة الخطأ الطبقة الوزن الدالة المقياس الجودة الفهرس الخادم الاختبار الذاكرة الجواب السؤال المهمة الفريق التقرير بعد قبل بين إذا عندما لأن تقريبا بسرعة بدقة في من إلى على هذا",
  ),
} as const;

/** Text that breaks careless readers: markup, escapes, marks of direction, look-alikes of Telegram's own words. */
export const hostileTexts: readonly string[] = [
  "<script>alert(document.domain)</script>",
  '"><img src=x onerror=alert(1)>',
  '</div></div><div class="tgme_widget_message" data-post="other/1">',
  "&lt;b&gt;not bold&lt;/b&gt; &amp;amp; &nbsp; &#33;",
  "javascript:alert(1) data:text/html,<b>x</b>",
  "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
  "'; DROP TABLE posts; --",
  '=HYPERLINK("http://example.org";"x") +1 -1 @SUM(A1)',
  "\u202eright to left\u202c and \u2066isolated\u2069",
  "Z\u0351\u036a\u033da\u0323\u0308l\u0334g\u0301o\u0327",
  "edited   100 views  Please open Telegram to view this post",
  "\u200bzero\u200bwidth\u200b \u00a0hard\u00a0space\u00a0 \ufeffmark",
  "(っ◔◡◔)っ ♥ ¯\\_(ツ)_/¯ ﷽ ꧁꧂ 𝕱𝖗𝖆𝖐𝖙𝖚𝖗 ﬁ ǆ ß İ ı",
  "../../../etc/passwd %00 %2e%2e%2f C:\\CON NUL",
  "null undefined NaN true [object Object] -0 1e309",
  "C++ C# F# .NET a_b__c __init__ *x* _y_ ~~z~~ ||w|| `code`",
  '<!-- comment --> <![CDATA[ x ]]> <?xml version="1.0"?> </html>',
  "#не-тег # пусто @ user@example.org http:// https://",
];
