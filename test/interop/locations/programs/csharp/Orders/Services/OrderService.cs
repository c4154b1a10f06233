using System.Diagnostics;

namespace Shop.Orders.Services;

public class OrderService(RateClient rates)
{
    private const string Insert = "orders.insert";
    private static readonly ActivitySource Source = new("Shop.Orders");

    public IReadOnlyList<string> Recent()
    {
        using var activity = Source.StartActivity("orders.recent"); // span: orders.recent
        return [];
    }

    public async Task<string> FindAsync(int id)
    {
        using var activity = Source.StartActivity($"find order {id}", ActivityKind.Internal); // span: find order 7
        await Task.Yield();
        return $"order {id}";
    }

    public async Task<double> PlaceAsync(string sku)
    {
        using var activity = Source.StartActivity(Insert); // span: orders.insert
        try
        {
            Check(sku);
            return await rates.LatestAsync(sku);
        }
        catch (ArgumentException error)
        {
            activity?.AddException(error);
            throw;
        }
    }

    private static void Check(string sku)
    {
        using var activity = Source.StartActivity(); // span: Check
        if (sku.Length == 0) throw new ArgumentException("no sku");
    }
}
