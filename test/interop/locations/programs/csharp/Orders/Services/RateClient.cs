namespace Shop.Orders.Services;

public class RateClient(HttpClient client)
{
    public async Task<double> LatestAsync(string sku)
    {
        var text = await client.GetStringAsync($"http://billing/rates/{sku}"); // span: GET [kind=client]
        return double.Parse(text);
    }
}
