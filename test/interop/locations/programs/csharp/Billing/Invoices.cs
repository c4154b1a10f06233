using System.Diagnostics;

namespace Shop.Billing;

public static class Invoices
{
    private static readonly ActivitySource Source = new("Shop.Billing.Invoices");

    public static IResult Create() // span: POST /invoices/
    {
        using var activity = Source.StartActivity("create invoice"); // span: create invoice
        return Results.Created();
    }

    public static string Show(string id) => id; // span: GET /invoices/{id}
}
