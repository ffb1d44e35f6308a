using Zhice.Contracts.Catalogs;

namespace Zhice.Contracts.Campaigns;

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
}
