import { describe, expect, test } from "vitest";
import { languageOf } from "../../scraper/language.ts";

describe("a text long enough tells its language", () => {
  test.each([
    ["ru", "Регуляризация помогает модели не запоминать шум, а находить общие закономерности."],
    ["ru", "Новая версия готова, скачать можно тут: https://example.org/en/download/now"],
    ["ru", "PyTorch 2.5: новый компилятор, Flash Attention, torch.compile быстрее на 30%"],
    ["uk", "Регуляризація допомагає моделі не запам'ятовувати шум, а знаходити закономірності."],
    ["uk", "Сьогодні ввечері можливі перебої з електрикою у центральних районах міста."],
    ["be", "Рэгулярызацыя дапамагае мадэлі знаходзіць агульныя заканамернасці ў дадзеных."],
    ["bg", "Регуляризацията помага на модела да намира общи закономерности в данните."],
    ["en", "Gradient clipping keeps the loss from blowing up when a batch is unusual."],
    ["en", "A new release is out and it is much faster than the one before."],
    ["en", "The minister told reporters that his country has been waiting for an answer."],
    ["nl", "De minister van het land wacht al weken op een antwoord, dat is wat we weten."],
    ["da", "Her er en ny model til dem, der gerne vil lære noget for at komme videre."],
    ["de", "Die Regularisierung hilft dem Modell, allgemeine Muster in den Daten zu finden."],
    ["es", "La regularización ayuda al modelo a encontrar patrones generales en los datos."],
    ["pt", "A regularização ajuda o modelo a não memorizar o ruído e a encontrar padrões."],
    ["zh", "正则化帮助模型找到数据中的普遍规律。"],
    ["ja", "正則化はモデルがデータの一般的な規則を見つけるのに役立ちます。"],
    ["ko", "정규화는 모델이 데이터에서 일반적인 규칙을 찾는 데 도움이 됩니다."],
    ["el", "Η κανονικοποίηση βοηθά το μοντέλο να βρει γενικά μοτίβα στα δεδομένα."],
  ])("%s: %s", (language, text) => {
    expect(languageOf(text)).toBe(language);
  });
});

describe("no language is named when it cannot be told", () => {
  test.each([
    ["", "nothing"],
    ["Ок, спасибо!", "too short"],
    ["👍🔥❤️", "emoji"],
    ["12:30 BTC/USDT 45000 +3% TP SL", "numbers"],
    ["https://example.org/a-long-address-with-many-english-words-in-it", "an address"],
    ["#machinelearning #datascience #artificialintelligence @somebody_else", "tags"],
    [
      "Реттеу модельге шуды жаттап алмай, деректердегі жалпы заңдылықтарды табуға көмектеседі.",
      "a language the detector lacks",
    ],
  ])("%j: %s", (text) => {
    expect(languageOf(text)).toBeUndefined();
  });
});
