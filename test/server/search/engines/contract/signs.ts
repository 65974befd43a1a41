/* oxlint-disable vitest/expect-expect -- `finds` expects. */
import { describe, it } from "vitest";
import { finds, type OpenEngine } from "./corpus.ts";

/** What letters, digits and signs are words, and which of them are one. */
export function describeSigns(open: OpenEngine): void {
  describe("numbers", () => {
    it(
      "in groups of three are one number, however the groups are parted, quoted or not",
      finds(
        open,
        [
          "бюджет 1 000 000 евро",
          "бюджет 1000000 евро",
          "бюджет 1,000,000 евро",
          "бюджет 1.000.000 евро",
          "цена $1,000.50 там",
          "бюджет 1\u00a0000\u00a0000 евро",
          "бюджет 1'000'000 евро",
          "1, 000, 000",
          "1 000,000",
        ],
        [
          ["1 000 000", [1, 2, 3, 4, 6, 7]],
          ['"1 000 000"', [1, 2, 3, 4, 6, 7]],
          ["1,000,000", [1, 2, 3, 4, 6, 7]],
          ["1000000", [1, 2, 3, 4, 6, 7]],
          ["1’000’000 евро", [1, 2, 3, 4, 6, 7]],
          ['"бюджет 1.000.000 евро"', [1, 2, 3, 4, 6, 7]],
          ["=1,000,000", [3]],
          ["-1 000 000", [5, 8, 9]],
          ["1000", []],
          ['"1, 000, 000"', [1, 3, 4, 6, 7, 8, 9]],
          ["1 (000)", [1, 3, 4, 5, 6, 7, 8, 9]],
        ],
      ),
    );
    it(
      "of a range and of a longer number are themselves, and what only looks like groups is none",
      finds(
        open,
        ["1,000-1,500 человек", "от 100, 200 до 300", "2024 500 раз", "3.141", "31 000", "10 00"],
        [
          ["1000", [1]],
          ["1 500", [1]],
          ["100200", []],
          ["100 200", []],
          ["2024500", []],
          ["3.141", [4]],
          ["3141", [4]],
          ["1 000", [1]],
          ["1000000", []],
          ["31000", [5]],
          ["1000", [1]],
        ],
      ),
    );
    it(
      "keep the sign of their currency where it is typed",
      finds(
        open,
        ["цена 10.000₽", "цена 10 000 ₽", "цена 10000₽", "цена 10 000 €", "$10,000", "10 ₽ и 000"],
        [
          ["10000₽", [1, 2, 3]],
          ["10.000₽", [1, 2, 3]],
          ['"10 000 ₽"', [1, 2, 3]],
          ['"10 000"', [1, 2, 3, 4, 5]],
          ["10000€", [4]],
          ["$10 000", [5]],
          ["₽", [1, 2, 3, 6]],
        ],
      ),
    );
    it(
      "and fractions are what they show",
      finds(
        open,
        ["Осталась ½ стакана.", "Встреча в 12 часов.", "5½ лет.", "512 лет.", "10² и 102", "м²"],
        [
          ["½", [1]],
          ["12", [2]],
          ["5½", [3]],
          ["512", [4]],
          ["10²", [5]],
          ['"10² и 102"', [5]],
          ["м2", [6]],
        ],
      ),
    );
  });

  describe("signs of numbers", () => {
    it(
      "belong to them: with the sign only that is found, without it both",
      finds(
        open,
        [
          "кабинет №5",
          "5 минут",
          "§12 закона",
          "12 минут",
          "скидка -5",
          "просто текст",
          "кабинет № 5",
          "рост +5%",
          "температура −5",
          "очки 2-5",
          "№5-А",
          "№ и номер",
        ],
        [
          ["№5", [1, 7, 11]],
          ["№ 5", [1, 7, 11]],
          ['"кабинет №5"', [1, 7]],
          ['"кабинет 5"', [1, 7]],
          ["5", [1, 2, 5, 7, 8, 9, 10, 11]],
          ["§12", [3]],
          ["§ 12", [3]],
          ["12", [3, 4]],
          ['"-5"', [5, 9]],
          [String.raw`\-5`, [5, 9]],
          ['"скидка -5"', [5]],
          ["-5", [3, 4, 6, 12]],
          ["+5", [8]],
          ["5%", [8]],
          ["№", [12]],
          ["№ (5)", []],
        ],
      ),
    );
    it(
      "and symbols that stand alone are words",
      finds(
        open,
        ["★ звезда", "звезда", "сюда → туда", "сюда — туда", "★★★ отель", "a + b", "5×7", "Acme™"],
        [
          ["★", [1, 5]],
          ["→", [3]],
          ['"★ звезда"', [1]],
          ['"сюда туда"', [4]],
          ["-★ звезда", [2]],
          ['"a b"', [6]],
          ['"5 7"', [7]],
          ["×", []],
        ],
      ),
    );
    it(
      "‘…’ quotes from one word to the end of a later one, and is an apostrophe in every other place",
      finds(
        open,
        ["alpha beta gamma", "alpha gamma beta", "I don’t stop", "stop, I don't", "the boys’ room"],
        [
          ["‘alpha beta’", [1]],
          ['"alpha beta"', [1]],
          ["-‘alpha beta’", [2, 3, 4, 5]],
          ["‘don’t stop’", [3]],
          ["don’t", [3, 4]],
          ["don't stop", [3, 4]],
          ["=‘don’t stop’", [3]],
          ["‘alpha’ beta", [1, 2]],
          ["the boys’ room", [5]],
          ["‘beta alpha", [1, 2]],
        ],
      ),
    );
  });

  describe("technical words", () => {
    it(
      "hold every stretch of their parts with its signs",
      finds(
        open,
        [
          "новая GPT-4-turbo вышла",
          "GPT-4 вышла",
          "file something_2020-07-13_with_words.pdf",
          "версия v1.2.3",
          "The.Four.Rooms.1995.mkv и Four Rooms",
          "адрес 192.168.1.10",
          "адрес 192.168.100.200",
          "2020 и 07-13, words и pdf",
          "a_b_c_d_e_f_g_2020-07-13_h_i_j_k",
          "GPT 4",
        ],
        [
          ["GPT-4", [1, 2]],
          ['"новая GPT-4"', [1]],
          ["4-turbo", [1]],
          ["2020-07-13", [3, 9]],
          ["words.pdf", [3]],
          ["1.2.3", [4]],
          ["v1.2", [4]],
          ["1.2", [4]],
          ["192.168", [6, 7]],
          ["168.1.10", [6]],
          ["Four.Rooms", [5]],
          ["four rooms", [5]],
          ["07-13", [3, 8, 9]],
          ["a_b_c_d_e_f_g_2020-07-13_h_i_j_k", [9]],
          ["g_2020", [9]],
          ["0713", []],
        ],
      ),
    );
    it(
      "of one letter and a number are one in Latin and in Cyrillic",
      finds(
        open,
        [
          "Танк Т-90 подбит.",
          "Танк T-90 подбит.",
          "Комплекс С-300 и C-300.",
          "Самолёт А-50.",
          "Т90М",
          "Д-30",
        ],
        [
          ["Т-90", [1, 2]],
          ["T-90", [1, 2]],
          ["T90", [1, 2]],
          ["=T-90", [2]],
          ["A-50", [4]],
          ["c-300", [3]],
          ["T-90M OR T90М", [5]],
          ["D-30", []],
        ],
      ),
    );
  });
}
