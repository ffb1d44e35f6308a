using Zhice.Catalogs.Yaml;

namespace Zhice.Catalogs.Campaigns;

/// <summary>A campaign as a YAML file.</summary>
public static class CampaignFile
{
    /// <summary>Reads the campaign of a file.</summary>
    /// <exception cref="CatalogFileException">It cannot be read, or holds something else; the message says where.</exception>
    public static V1.Campaign Read(string file)
    {
        var campaign = new V1.Campaign();
        CatalogFiles.ReadInto(campaign, file);
        return campaign;
    }

    /// <summary>Writes a campaign; <see cref="Read"/> gives an equal one.</summary>
    /// <exception cref="CatalogFileException">It cannot be written.</exception>
    public static void Write(V1.Campaign campaign, string file)
    {
        try
        {
            System.IO.File.WriteAllText(
                file, YamlMessageWriter.ToText(YamlMessageWriter.ToNode(campaign, V1.Campaign.Descriptor.Fields.InFieldNumberOrder())));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CatalogFileException(file, 0, 0, fault.Message, fault);
        }
    }
}
