using Zhice.Domain.Catalogs;

namespace Zhice.Catalogs;

/// <summary>Checks what a customer is to see.</summary>
internal static class ContentCompiler
{
    public static Content Compile(string path, V1.Content content, CatalogFaults faults)
    {
        var language = content.Language.Length == 0 ? "zh-CN" : content.Language;
        if (!IsLanguage(language))
        {
            faults.Add($"{path}.language", $"\"{ShortName.Shorten(language)}\" is no BCP 47 language tag; one is \"zh-CN\"");
        }

        return new Content(
            language,
            faults.Text($"{path}.title", content.Title, 256),
            faults.Text($"{path}.body", content.Body, 4096),
            faults.Text($"{path}.deep_link", content.DeepLink, 1024),
            faults.Text($"{path}.template_id", content.TemplateId, 64));
    }

    // The form alone: a language of 2 to 8 letters, then subtags of 1 to 8 letters and digits.
    private static bool IsLanguage(string tag)
    {
        var parts = tag.Split('-');
        return tag.Length <= 35
            && parts[0].Length is >= 2 and <= 8
            && parts[0].All(char.IsAsciiLetter)
            && parts.Skip(1).All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
    }
}
