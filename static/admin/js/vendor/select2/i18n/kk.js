// The words of the admin's search boxes in Kazakh; select2 ships none. Counts never change the noun.
(function () {
  "use strict";
  const amd = window.jQuery && jQuery.fn && jQuery.fn.select2 && jQuery.fn.select2.amd;
  if (!amd) return;
  amd.define("select2/i18n/kk", [], function () {
    return {
      errorLoading: () => "Нәтижелер жүктелмеді",
      inputTooLong: ({ input, maximum }) => `Артық таңба саны: ${input.length - maximum}`,
      inputTooShort: ({ input, minimum }) => `Тағы кемінде ${minimum - input.length} таңба жазыңыз`,
      loadingMore: () => "Жүктелуде…",
      maximumSelected: ({ maximum }) => `Ең көбі ${maximum} жазба таңдауға болады`,
      noResults: () => "Ештеңе табылмады",
      searching: () => "Ізделуде…",
      removeAllItems: () => "Барлығын алып тастау",
    };
  });
})();
